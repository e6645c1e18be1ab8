/**
 * Identifies the first bytes of a session and finds their route, as `refractium identify` prints it. It opens no
 * socket.
 */
@NullMarked
package dev.refractium.server.explain;

import org.jspecify.annotations.NullMarked;
