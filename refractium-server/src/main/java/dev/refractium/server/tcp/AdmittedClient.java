package dev.refractium.server.tcp;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.hook.Refusals;
import dev.refractium.server.limit.Gate;
import dev.refractium.server.limit.Refusal;
import dev.refractium.server.session.LiveSession;
import dev.refractium.server.session.Permit;
import dev.refractium.server.socket.Acceptor;
import dev.refractium.server.socket.Side;
import dev.refractium.server.text.Addresses;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The facts of an admitted client, and the places that it has: the lower half of a {@link TcpSession}, by inheritance so that a session needs
 * no further object.
 */
abstract class AdmittedClient implements LiveSession {
    private final TcpLoop loop;
    private final Generation generation;
    private final SocketAddress from;
    private final Side side;
    private final Permit permit;
    private final long acceptedAt;
    private final long began = System.nanoTime();
    private final long id;

    /** The gate that it has entered, of its route; null until then. */
    private @Nullable Gate entered;

    /** @param generation leased until the session ends */
    AdmittedClient(long id, TcpLoop loop, Acceptor.Arrival arrival, Permit permit, Generation generation) {
        this.id = id;
        this.loop = loop;
        this.generation = generation;
        this.from = arrival.client();
        this.side = arrival.side();
        this.permit = permit;
        this.acceptedAt = loop.loop().timers().now();
    }

    final TcpLoop loop() {
        return loop;
    }

    /** Returns the generation that the session belongs to. */
    final Generation leased() {
        return generation;
    }

    /** Enters the gate of a route, and leaves that of the route before. Loop thread only. */
    final @Nullable Refusal enter(Gate gate) {
        leave();
        Refusal refusal = gate.enter(Addresses.internet(client()), permit.exempt());
        entered = refusal == null ? gate : null;
        return refusal;
    }

    private void leave() {
        if (entered != null) {
            entered.leave();
            entered = null;
        }
    }

    /** Returns the client's side. */
    final Side side() {
        return side;
    }

    /** Returns when the client was accepted, in the loop's milliseconds. */
    final long acceptedAt() {
        return acceptedAt;
    }

    @Override
    public final long id() {
        return id;
    }

    @Override
    public final long began() {
        return began;
    }

    @Override
    public final long ageMs() {
        return loop.loop().timers().now() - acceptedAt;
    }

    @Override
    public final Transport transport() {
        return Transport.TCP;
    }

    @Override
    public final SocketAddress client() {
        return from;
    }

    @Override
    public final @Nullable SocketAddress local() {
        return side.local();
    }

    @Override
    public final long generation() {
        return generation.number();
    }

    @Override
    public final Refusals refusals() {
        return generation.refusals();
    }

    @Override
    public void release() {
        leave();
        permit.release();
    }
}
