package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.route.RouteTable;

/** One configuration, ready to serve: a session belongs to the one that it began with. Immutable; any thread. */
public record Generation(RouteTable tcp, RouteTable udp, SessionLimits limits) {
    /** The routes of one transport. */
    public RouteTable routes(Transport transport) {
        return transport == Transport.TCP ? tcp : udp;
    }
}
