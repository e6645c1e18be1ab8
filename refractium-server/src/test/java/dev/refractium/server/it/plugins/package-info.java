/** Plugins in running servers, and the cost of their misbehaviour. */
@NullMarked
package dev.refractium.server.it.plugins;

import org.jspecify.annotations.NullMarked;
