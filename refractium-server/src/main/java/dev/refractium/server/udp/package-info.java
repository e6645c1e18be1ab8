/**
 * UDP: listeners, and a flow for each client that has a route. A datagram stays one datagram, whatever its size; an
 * error ends a flow, never the listener.
 */
@NullMarked
package dev.refractium.server.udp;

import org.jspecify.annotations.NullMarked;
