/**
 * What serves sessions: event loops, listeners, the current generation and the older ones that still have sessions. It
 * does not know where a configuration comes from, and reads no files.
 */
@NullMarked
package dev.refractium.server.engine;

import org.jspecify.annotations.NullMarked;
