package dev.refractium.server.tcp;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.Generations;
import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.session.Sessions;

/**
 * What the TCP sessions of a server share.
 *
 * @param generations gives new sessions the one that they begin with
 * @param listener the name of the one that they came in by
 */
public record TcpServices(Generations generations, Sessions sessions, TcpLoops loops, String listener) {
    /** What those of the default listener share. */
    public TcpServices(Generations generations, Sessions sessions, TcpLoops loops) {
        this(generations, sessions, loops, ListenerSpec.DEFAULT);
    }

    /** The same for the sessions of another listener. */
    TcpServices of(String listener) {
        return new TcpServices(generations, sessions, loops, listener);
    }

    /** The routes that {@code generation} has for these sessions. */
    RouteTable routes(Generation generation) {
        return generation.table(Transport.TCP, listener);
    }
}
