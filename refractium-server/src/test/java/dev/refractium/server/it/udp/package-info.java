/** UDP sessions, from the first datagram to the last. */
@NullMarked
package dev.refractium.server.it.udp;

import org.jspecify.annotations.NullMarked;
