/**
 * UDP: the listener, and a flow for each client that it hears of. A datagram stays one datagram, whatever its size; an
 * error ends a flow, never the listener.
 */
@NullMarked
package dev.refractium.server.udp;

import org.jspecify.annotations.NullMarked;
