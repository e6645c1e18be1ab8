package dev.refractium.server.tcp;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.Generations;
import dev.refractium.server.generation.ListenerLimits;
import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.generation.ProxyTrust;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.session.ListenerMeter;
import dev.refractium.server.session.Sessions;
import org.jspecify.annotations.Nullable;

/**
 * The services that the TCP sessions of a server share.
 *
 * @param generations has the current generation, which new sessions lease
 * @param listener the name of the listener that accepted the sessions
 * @param port the port that they came to
 */
public record TcpServices(Generations generations, Sessions sessions, TcpLoops loops, String listener, int port) {
    /** Creates the services of the default listener's sessions. */
    public TcpServices(Generations generations, Sessions sessions, TcpLoops loops) {
        this(generations, sessions, loops, ListenerSpec.DEFAULT, 0);
    }

    /** Returns the same services for the sessions of one port of {@code listener}. */
    TcpServices of(String listener, int port) {
        return new TcpServices(generations, sessions, loops, listener, port);
    }

    /** Returns the counters of these sessions. */
    ListenerMeter meter() {
        return sessions.meters().listener(Transport.TCP, listener);
    }

    /** Returns what {@code generation} enforces on these sessions. */
    ListenerLimits limits(Generation generation) {
        return generation.limits(Transport.TCP, listener);
    }

    /** Returns the peers of these sessions that pass clients on, as {@code generation} has it; null if there are none. */
    @Nullable
    ProxyTrust trust(Generation generation) {
        return generation.trust(Transport.TCP, listener);
    }

    /** Returns the route of that name in the current generation; {@code before} itself if there is none. */
    Route current(Route before) {
        return generations.current().route(Transport.TCP, before.name()).orElse(before);
    }

    /** Returns the routes of {@code generation} for these sessions. */
    RouteTable routes(Generation generation) {
        return generation.table(Transport.TCP, listener, port);
    }
}
