/**
 * TCP: the listener, the session from its first byte to its end, and the seam to the kernel below it. The one state
 * machine is {@code TcpSession}; it must not know which kind of side it stands on.
 */
@NullMarked
package dev.refractium.server.tcp;

import org.jspecify.annotations.NullMarked;
