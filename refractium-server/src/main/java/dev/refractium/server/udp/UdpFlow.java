package dev.refractium.server.udp;

import dev.refractium.api.Direction;
import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.hook.Taps;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Timers;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.End;
import dev.refractium.server.session.Session;
import dev.refractium.server.upstream.Target;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The datagrams between one client and its backend, over a socket of its own that hears that backend only. Lives on the
 * listener's loop, and only {@link #cut} may be called from elsewhere.
 */
final class UdpFlow extends Timers.Timeout implements Session, UdpSocket.Owner, FlowOrder.Ranked {
    private static final Logger log = LoggerFactory.getLogger(UdpFlow.class);
    private static final int DATAGRAMS_A_TURN = 32;

    /** What an IPv4 packet has room for behind its header and UDP's (RFC 791, 3.1; RFC 768). */
    private static final int MOST_BY_IPV4 = 65_535 - 20 - 8;

    /** A and AAAA by one socket, as the C library's resolver asks, are two questions. */
    private static final int MOST_QUESTIONS = 2;

    /** A flow has no end of its own: while the server drains, so much quiet counts as one. */
    private static final long DRAIN_QUIET_MS = 1_000;

    private final UdpListener listener;
    private final Flows.Key key;
    private final Generation generation;
    private final Route route;
    private final Target target;
    private final UdpSocket socket;
    private final long id;
    private final long beganAt;
    private final int largest;

    /** Who watches; null if nobody does. */
    private final @Nullable Taps taps;

    private long movedAt;
    private long moved;
    private long asked;
    private long answers;
    private FlowOrder.Standing standing = FlowOrder.Standing.UNANSWERED;
    private boolean ended;

    private UdpFlow(Flows.Key key, Start start, UdpSocket socket) {
        this.listener = key.listener();
        this.key = key;
        this.generation = start.generation();
        this.route = start.route();
        this.target = start.target();
        this.socket = socket;
        this.id = start.id();
        this.taps = start.taps();
        this.largest = start.target().address().getAddress() instanceof Inet4Address ? MOST_BY_IPV4 : Integer.MAX_VALUE;
        this.beganAt = timers().now();
    }

    /**
     * Where a flow goes.
     *
     * @param taps who watches; null if nobody does
     */
    record Start(
            Generation generation,
            Route route,
            Target target,
            long id,
            @Nullable Taps taps) {}

    /** Begins a flow on a socket that is connected to the target's address, its own from now on. */
    static UdpFlow begin(Flows.Key key, Start start, UdpSocket socket) {
        UdpFlow flow = new UdpFlow(key, start, socket);
        flow.begin(start.target().address());
        return flow;
    }

    /** What the listener finds the flow by. */
    Flows.Key key() {
        return key;
    }

    /** Returns how far the exchange has come. */
    FlowOrder.Standing standing() {
        return standing;
    }

    /** Returns whether the backend has ever answered. */
    boolean isAnswered() {
        return answers > 0;
    }

    @Override
    public long quietMs() {
        return timers().now() - movedAt;
    }

    /** Passes a datagram of the client on, unless it came by IPv6 and is larger than one of IPv4 can be. */
    void toBackend(ByteBuffer datagram) {
        if (datagram.remaining() > largest) {
            return;
        }
        if (taps != null) {
            taps.data(Direction.FROM_CLIENT, datagram);
        }
        try {
            asked++;
            hasMoved(datagram.remaining());
            socket.write(datagram);
        } catch (IOException e) {
            failed(e);
        }
    }

    /** A reload that took its route away meanwhile has not seen it. */
    void endIfRemoved() {
        if (generation.hasEnded(route)) {
            end(End.ROUTE_REMOVED);
        }
    }

    /** Ends as soon as it has been quiet for a moment. */
    void drain() {
        timers().set(this, DRAIN_QUIET_MS);
    }

    @Override
    public void readable() {
        try {
            for (int i = 0; i < DATAGRAMS_A_TURN && !ended; i++) {
                ByteBuffer buffer = loop().buffer();
                if (!socket.read(buffer)) {
                    return;
                }
                if (answers++ == 0) {
                    target.succeeded();
                }
                hasMoved(buffer.position());
                buffer.flip();
                if (taps != null) {
                    taps.data(Direction.FROM_BACKEND, buffer);
                }
                listener.send(buffer, key.client());
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    /** Either direction keeps the flow alive; the timer is moved only when it fires. */
    @Override
    protected void expired() {
        long limit =
                listener.isDraining() ? DRAIN_QUIET_MS : generation.limits().udpIdleMs();
        long quiet = quietMs();
        if (quiet >= limit) {
            end(End.DONE);
        } else {
            timers().set(this, limit - quiet);
        }
    }

    @Override
    protected void failed() {
        end(End.CUT);
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public long ageMs() {
        return timers().now() - beganAt;
    }

    @Override
    public Transport transport() {
        return Transport.UDP;
    }

    @Override
    public long generation() {
        return generation.number();
    }

    @Override
    public String route() {
        return route.name();
    }

    @Override
    public void cut(End why) {
        loop().execute(() -> end(why));
    }

    void end(End why) {
        if (ended) {
            return;
        }
        ended = true;
        timers().clear(this);
        socket.close();
        if (taps != null) {
            taps.closed(why.label());
        }
        listener.ended(this, why, generation, moved);
    }

    private void begin(InetSocketAddress address) {
        movedAt = beganAt;
        socket.register(listener.loop(), this);
        timers().set(this, generation.limits().udpIdleMs());
        if (taps != null) {
            taps.connected(address);
        }
    }

    /** An ICMP error, mostly: nobody listens there. It ends this flow; the client's next datagram opens another. */
    private void failed(IOException e) {
        log.debug("flow failed target={} reason={}", target, e.toString());
        target.failed(e.toString());
        end(End.BACKEND_RESET);
    }

    private void hasMoved(int bytes) {
        movedAt = timers().now();
        moved += bytes;
        FlowOrder.Standing before = standing;
        standing = answers == 0
                ? FlowOrder.Standing.UNANSWERED
                : answers == asked && asked <= MOST_QUESTIONS ? FlowOrder.Standing.SETTLED : FlowOrder.Standing.IN_USE;
        listener.moved(this, before, standing);
    }

    private Loop loop() {
        return listener.loop();
    }

    private Timers timers() {
        return listener.loop().timers();
    }
}
