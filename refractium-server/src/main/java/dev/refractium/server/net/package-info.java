/**
 * The base of all sessions: event loops with their buffer and timers, and the resolution of names. It must not know
 * sessions, routes or the configuration.
 */
@NullMarked
package dev.refractium.server.net;

import org.jspecify.annotations.NullMarked;
