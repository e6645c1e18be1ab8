package dev.refractium.server.tcp;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.hook.Refusals;
import dev.refractium.server.limit.Gate;
import dev.refractium.server.limit.Refusal;
import dev.refractium.server.net.OwnAddresses;
import dev.refractium.server.proxyprotocol.ProxyHeader;
import dev.refractium.server.proxyprotocol.SourceKind;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.LiveSession;
import dev.refractium.server.session.Permit;
import dev.refractium.server.socket.Acceptor;
import dev.refractium.server.socket.Side;
import dev.refractium.server.text.Addresses;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The facts of an admitted client, and the places that it has: the lower half of a {@link TcpSession}, by
 * inheritance so that a session needs no further object.
 */
abstract class AdmittedClient implements LiveSession {
    private final TcpLoop loop;
    private final Generation generation;
    private final SocketAddress peer;
    private final Side side;
    private final Permit permit;
    private final long acceptedAt;
    private final long began = System.nanoTime();
    private final long id;

    /** The gate that it has entered, of its route; null until then. */
    private @Nullable Gate entered;

    /** The client's address, and the one that it connected to if a proxy has passed it on. Loop thread only. */
    private SocketAddress client;

    private @Nullable InetSocketAddress destination;

    /** @param generation leased until the session ends */
    AdmittedClient(long id, TcpLoop loop, Acceptor.Arrival arrival, Permit permit, Generation generation) {
        this.id = id;
        this.loop = loop;
        this.generation = generation;
        this.peer = arrival.client();
        this.client = peer;
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
        return client;
    }

    @Override
    public final SocketAddress peer() {
        return peer;
    }

    @Override
    public final @Nullable SocketAddress destination() {
        return destination == null ? side.local() : destination;
    }

    /**
     * Sets the client that a proxy has passed on, and counts it from now on.
     *
     * @return why the client is refused; null if it is not
     */
    final @Nullable EndReason passedOn(ProxyHeader header) {
        InetSocketAddress source = header.source();
        // Some proxies put their own address into the header of a probe.
        if (source == null || source.getAddress().equals(Addresses.internet(peer))) {
            return null;
        }
        SourceKind kind = SourceKind.of(source.getAddress(), OwnAddresses.OF_PROCESS::include);
        if (!kind.isUsable()) {
            return EndReason.PROXY_REFUSED;
        }
        client = source;
        destination = header.destination();
        return permit.countFor(source.getAddress());
    }

    /** Returns whether no proxy has passed the client on. */
    final boolean isPeerItself() {
        return client.equals(peer);
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
