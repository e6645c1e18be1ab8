package dev.refractium.server.tcp;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.Generations;
import dev.refractium.server.generation.ListenerLimits;
import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.session.Sessions;

/**
 * The services that the TCP sessions of a server share.
 *
 * @param generations has the current generation, which new sessions lease
 * @param listener the name of the listener that accepted the sessions
 */
public record TcpServices(Generations generations, Sessions sessions, TcpLoops loops, String listener) {
    /** Creates the services of the default listener's sessions. */
    public TcpServices(Generations generations, Sessions sessions, TcpLoops loops) {
        this(generations, sessions, loops, ListenerSpec.DEFAULT);
    }

    /** Returns the same services for the sessions of {@code listener}. */
    TcpServices of(String listener) {
        return new TcpServices(generations, sessions, loops, listener);
    }

    /** Returns what {@code generation} enforces on these sessions. */
    ListenerLimits limits(Generation generation) {
        return generation.limits(Transport.TCP, listener);
    }

    /** Returns the routes of {@code generation} for these sessions. */
    RouteTable routes(Generation generation) {
        return generation.table(Transport.TCP, listener);
    }
}
