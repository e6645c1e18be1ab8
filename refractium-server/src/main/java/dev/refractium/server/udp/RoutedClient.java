package dev.refractium.server.udp;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.hook.Refusals;
import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.limit.ListenerGate;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.LiveSession;
import dev.refractium.server.session.SessionMeter;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link UdpFlow} that never changes: its client, route and generation. A superclass, so that a flow has
 * no further object.
 */
abstract class RoutedClient extends FlowList.Ranked implements LiveSession {
    private final Clients.Key key;
    private final Generation generation;
    private final Route route;
    private final long id;
    private final ListenerGate gate;
    private final SessionMeter meter;

    /** @param start whose generation is leased, until the flow ends */
    RoutedClient(Clients.Key key, UdpFlow.Start start) {
        this.key = key;
        this.generation = start.generation();
        this.route = start.route();
        this.id = start.id();
        this.gate = start.gate();
        this.meter = start.meter();
    }

    /** Gives back the places of its route and its listener. */
    final void leave() {
        route.limits().gate().leave();
        gate.leave();
    }

    @Override
    final Clients.Key key() {
        return key;
    }

    /** Returns the generation that the flow holds a lease of. */
    final Generation leased() {
        return generation;
    }

    /** Returns the route that has taken the client. */
    final Route taken() {
        return route;
    }

    @Override
    public final SessionMeter meter() {
        return meter;
    }

    @Override
    public final long id() {
        return id;
    }

    /** Its own number among all sessions: the identity's hash code costs a call into the JVM. */
    @Override
    public final int hashCode() {
        return Long.hashCode(id);
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public final Transport transport() {
        return Transport.UDP;
    }

    @Override
    public final InetSocketAddress client() {
        return key.client();
    }

    @Override
    public final InetSocketAddress peer() {
        return key.peer();
    }

    @Override
    public final InetSocketAddress destination() {
        return key.destination();
    }

    @Override
    public final InetSocketAddress local() {
        return key.listener().address();
    }

    @Override
    public final long generation() {
        return generation.number();
    }

    @Override
    public final String route() {
        return route.name();
    }

    /** A flow begins with its route. */
    @Override
    public final @Nullable Inquiry known() {
        return null;
    }

    @Override
    public final Refusals refusals() {
        return generation.refusals();
    }
}
