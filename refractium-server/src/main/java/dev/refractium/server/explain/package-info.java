/**
 * What the first bytes of a session are and where they would be routed, as `refractium identify` prints it. It opens no
 * socket.
 */
@NullMarked
package dev.refractium.server.explain;

import org.jspecify.annotations.NullMarked;
