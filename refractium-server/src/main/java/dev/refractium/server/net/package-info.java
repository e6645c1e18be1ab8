/**
 * What every session stands on: event loops with their buffer and timers, and the resolution of names. It moves bytes
 * for nobody in particular and knows no session, route or configuration.
 */
@NullMarked
package dev.refractium.server.net;

import org.jspecify.annotations.NullMarked;
