package dev.refractium.server.udp;

import dev.refractium.api.Direction;
import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.SessionLimits.RelayLimits;
import dev.refractium.server.hook.Taps;
import dev.refractium.server.limit.ListenerGate;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Timers;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.ClientHeader;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.SessionMeter;
import dev.refractium.server.socket.UdpSocket;
import dev.refractium.server.upstream.SendProxy;
import dev.refractium.server.upstream.Target;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The datagrams between one client and its backend, over a socket of its own that receives from that backend only. Lives
 * on the listener's loop: only {@link #cut} may be called from elsewhere.
 */
final class UdpFlow extends RoutedClient {
    private static final Logger log = LoggerFactory.getLogger(UdpFlow.class);

    /** The first datagram may be sent to another target for this long; a target without an answer by then is silent. */
    private static final long FIRST_ANSWER_MS = 1_000;

    /** Most flows have no end of their own: while the server drains, this much quiet counts as one. */
    private static final long DRAIN_QUIET_MS = 1_000;

    /** A complete exchange ends its flow after this much quiet: a client that asks again keeps its flow. */
    private static final long COMPLETE_QUIET_MS = 100;

    /** A flow without an answer leaves an address that new flows would not go to after this long. */
    private static final long DESERTED_MS = 10_000;

    /** A flow whose standing stays is filed again at most this often: the order need not be exact. */
    private static final long FILED_EVERY_MS = 100;

    private final UdpListener listener;
    private final Exchange exchange;
    private final BackendSide backend;

    /** Hooks of this session; null if it has none. */
    private final @Nullable Taps taps;

    /** How long it may last; 0: no limit. */
    private final long lifetimeMs;

    /** How long it may be quiet. */
    private final long idleMs;

    private boolean ended;

    /** Whether the timer is set to look for the end of a complete exchange. */
    private boolean ending;

    private long filedAt;

    /** The generation that {@link #named} was looked up in. */
    private long seen;

    /** Whether the route of this name still leads to the backend; true if there is no such route. */
    private boolean named = true;

    /** @param socket connected by {@code dial}; owned by the flow from now on */
    UdpFlow(Clients.Key key, Start start, UdpDial dial, UdpSocket socket) {
        super(key, start);
        this.listener = key.listener();
        this.taps = start.taps();
        RelayLimits limits = listener.limits(start.generation())
                .relay()
                .with(start.route().limits().times());
        this.lifetimeMs = limits.lifetimeMs();
        this.idleMs = limits.udpIdleMs();
        this.seen = generation();
        this.filedAt = timers().now();
        this.exchange = new Exchange(filedAt);
        this.backend = new BackendSide(this, dial, socket, header(key, start));
    }

    private static @Nullable DatagramHeader header(Clients.Key client, Start start) {
        SendProxy how = start.route().sendProxy();
        return how.isSent() ? new DatagramHeader(ClientHeader.ofDatagrams(client), how == SendProxy.V2_FIRST) : null;
    }

    /**
     * The facts that a flow begins with.
     *
     * @param taps null if the session has no hooks
     * @param gate of the listener, where the flow has a place, as it has one of its route
     * @param meter of its listener, protocol and route
     */
    record Start(
            Generation generation,
            Route route,
            long id,
            @Nullable Taps taps,
            ListenerGate gate,
            SessionMeter meter) {}

    /** Sends the client's first datagram. */
    void begin(ByteBuffer datagram) {
        backend.open();
        if (taken().datagrams().repeatsFirst()) {
            backend.keep(datagram, listener.peekMemory(leased().limits()));
        }
        toBackend(datagram);
        // A reload that took its route away meanwhile has not seen it.
        if (leased().hasEnded(taken())) {
            end(EndReason.ROUTE_REMOVED);
        }
    }

    /** Returns counts and times of its datagrams. */
    Exchange exchange() {
        return exchange;
    }

    boolean hasEnded() {
        return ended;
    }

    @Override
    long quietMs() {
        return timers().now() - exchange.movedAt();
    }

    /**
     * Returns whether nobody answers, and the address is one that new flows would not go to: the backend's name has
     * moved, or a reload has taken the backend from the route. A flow that is answered stays where it is.
     */
    private boolean isDeserted() {
        return !(backend.target().isCurrent() && isNamed()) && timers().now() - exchange.answeredAt() >= DESERTED_MS;
    }

    @Override
    void received(ByteBuffer datagram) {
        if (listener.isServing() && isDeserted()) {
            end(EndReason.BACKEND_MOVED);
            listener.begin(key(), datagram);
        } else {
            toBackend(datagram);
        }
    }

    /** Passes a datagram of the client on, if it is not too large for that. */
    void toBackend(ByteBuffer datagram) {
        if (backend.isTooLarge(datagram)) {
            return;
        }
        try {
            if (taps != null) {
                taps.data(Direction.FROM_CLIENT, datagram);
            }
            FlowOrder.Standing before = exchange.standing();
            long now = timers().now();
            meter().fromClient().add(datagram.remaining());
            exchange.asked(datagram.remaining(), now);
            file(before, now);
            backend.send(datagram);
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    /** Passes a datagram on that the backend sent, and that was read at {@code now}. */
    void toClient(ByteBuffer datagram, long now) {
        FlowOrder.Standing before = exchange.standing();
        if (!exchange.isAnswered()) {
            long took = TimeUnit.MILLISECONDS.toNanos(now - exchange.beganAt());
            meter().protocol().firstByte().record(took);
            backend.target().source().responseTimes().record(took);
        }
        meter().fromBackend().add(datagram.remaining());
        exchange.answered(datagram.remaining(), now);
        file(before, now);
        if (taps != null) {
            taps.data(Direction.FROM_BACKEND, datagram);
        }
        listener.send(datagram, key().peer());
        if (!ending && isComplete()) {
            ending = true;
            timers().set(this, COMPLETE_QUIET_MS);
        }
    }

    /** Notes that the socket is connected to this target. */
    void connected(Target target) {
        timers().set(this, untilEnd(Math.min(FIRST_ANSWER_MS, idleMs)));
        if (taps != null) {
            taps.connected(target.address());
        }
    }

    @Override
    void drain() {
        timers().set(this, DRAIN_QUIET_MS);
    }

    /** Ends the flow once neither direction has moved for long enough; the timer is moved only when it fires. */
    @Override
    protected void expired() {
        if (leftMs() <= 0) {
            end(EndReason.MAX_LIFETIME);
            return;
        }
        backend.judge();
        ending = isComplete();
        long limit = quietLimitMs();
        long quiet = quietMs();
        if (quiet >= limit) {
            end(EndReason.DONE);
        } else {
            timers().set(this, untilEnd(limit - quiet));
        }
    }

    /** Returns {@code ms}, or less if it may not last for so long. */
    private long untilEnd(long ms) {
        return Math.max(1, Math.min(ms, leftMs()));
    }

    /** Returns for how many more milliseconds it may last. */
    private long leftMs() {
        return lifetimeMs == 0 ? Long.MAX_VALUE : lifetimeMs - ageMs();
    }

    private long quietLimitMs() {
        if (ending) {
            return COMPLETE_QUIET_MS;
        }
        return listener.isDraining() ? DRAIN_QUIET_MS : idleMs;
    }

    private boolean isComplete() {
        return exchange.isComplete(taken().datagrams().responses());
    }

    @Override
    protected void failed() {
        end(EndReason.CUT);
    }

    @Override
    public long ageMs() {
        return timers().now() - exchange.beganAt();
    }

    /** The loop's clock is that of {@link System#nanoTime}. */
    @Override
    public long began() {
        return TimeUnit.MILLISECONDS.toNanos(exchange.beganAt());
    }

    /** A flow begins with its backend. */
    @Override
    public String stageName() {
        return "relay";
    }

    @Override
    public @Nullable Target target() {
        return backend.tried();
    }

    @Override
    public long fromClient() {
        return exchange.fromClient();
    }

    @Override
    public long fromBackend() {
        return exchange.fromBackend();
    }

    @Override
    public void cut(EndReason why) {
        loop().execute(() -> end(why));
    }

    @Override
    public boolean closesWithBackend() {
        return taken().pool().handling().closesWithBackend();
    }

    /** The flow may be sent to another target at this moment, which only its loop knows. */
    @Override
    public boolean leave(Predicate<Target> some, EndReason why) {
        Target dialled = backend.tried();
        boolean may = dialled != null && some.test(dialled);
        if (may) {
            loop().execute(() -> {
                if (some.test(backend.target())) {
                    end(why);
                }
            });
        }
        return may;
    }

    @Override
    void giveWay(EndReason exceeded) {
        end(exchange.isAnswered() ? EndReason.GAVE_WAY : exceeded);
    }

    /** Ends the flow by a fault of this program. */
    void broken(Throwable e) {
        log.error("flow failed target={}", backend.target(), e);
        end(EndReason.CUT);
    }

    /** Ends the flow: whatever fails meanwhile, its place, its lease and its socket are given back. */
    void end(EndReason why) {
        if (ended) {
            return;
        }
        ended = true;
        timers().clear(this);
        try {
            listener.ended(this, why);
        } finally {
            backend.close();
        }
    }

    @Override
    public void closeHooks(EndReason why) {
        if (taps != null) {
            taps.closed(why.label(), why.endedBy());
        }
    }

    @Override
    public void release() {
        listener.remove(this);
        leave();
    }

    /** Files the flow again in the order that flows give way in. */
    private void file(FlowOrder.Standing before, long now) {
        if (exchange.standing() != before || now - filedAt >= FILED_EVERY_MS) {
            filedAt = now;
            listener.moved(this, before);
        }
    }

    private boolean isNamed() {
        Generation current = listener.current();
        if (current.number() != seen) {
            seen = current.number();
            named = current.route(Transport.UDP, route())
                    .map(same -> same.pool().includes(backend.target()))
                    .orElse(true);
        }
        return named;
    }

    private Loop loop() {
        return listener.loop();
    }

    private Timers timers() {
        return listener.loop().timers();
    }
}
