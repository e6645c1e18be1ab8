/** Configurations and plugins that change while sessions live. */
@NullMarked
package dev.refractium.server.it.reload;

import org.jspecify.annotations.NullMarked;
