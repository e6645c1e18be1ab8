/** What plugins may do, and what it costs when they misbehave. */
@NullMarked
package dev.refractium.server.it.plugins;

import org.jspecify.annotations.NullMarked;
