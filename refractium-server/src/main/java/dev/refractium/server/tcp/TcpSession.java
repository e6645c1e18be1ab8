package dev.refractium.server.tcp;

import dev.refractium.api.Party;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.SessionLimits.RelayLimits;
import dev.refractium.server.hook.SessionFacts;
import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.limit.Refusal;
import dev.refractium.server.proxyprotocol.ProxyHeader;
import dev.refractium.server.route.Decision;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.ClientHeader;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Failover;
import dev.refractium.server.session.Introduction;
import dev.refractium.server.session.Permit;
import dev.refractium.server.session.SessionMeter;
import dev.refractium.server.socket.Acceptor;
import dev.refractium.server.socket.Side;
import dev.refractium.server.text.Addresses;
import dev.refractium.server.upstream.Target;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP connection, from its first byte to its end: a sequence of stages, of which one is current. The session enters
 * each stage when the previous one reports that it is over; its methods stand in that order. Lives on one event loop: only
 * {@link #cut} may be called from elsewhere.
 */
final class TcpSession extends AdmittedClient implements StageEvents {
    private static final Logger log = LoggerFactory.getLogger(TcpSession.class);

    private final TcpServices shared;
    private final Side client;

    /** The current stage. Written by the loop, read by threads that list the sessions. */
    private Stage stage;

    /** The backend's side; null until a backend is connected. */
    private @Nullable Side backend;

    /**
     * The connected backend's target, which counts the session, and where it has a place; null until then. Written by the
     * loop, read by any thread.
     */
    private volatile @Nullable Target target;

    /** Null until there is one. Written by the loop, read by threads that search the sessions of a route. */
    private volatile @Nullable Route route;

    /** Hooks of this session; null if it has none. */
    private @Nullable TcpTaps taps;

    /** The counters that it counts in, which follow its route. Written by the loop, read by threads that list the sessions. */
    private SessionMeter meter;

    /** When the first attempt to connect began, then when the backend was connected, by {@link System#nanoTime}. */
    private long since;

    /** For how many nanoseconds it waited for a PROXY header; negative if it did not. */
    private long header = -1;

    /** For how many nanoseconds its route was being decided, the first time; negative until then. */
    private long peek = -1;

    private boolean ended;

    /** @param generation leased until the session ends */
    private TcpSession(
            TcpServices shared, TcpLoop loop, Acceptor.Arrival arrival, Permit permit, Generation generation) {
        super(shared.sessions().nextId(), loop, arrival, permit, generation);
        this.shared = shared;
        this.meter = shared.meter().undecided();
        this.client = arrival.side();
        EarlyBytes early = new EarlyBytes(client, loop, generation.limits().peek(), this);
        boolean refusesHeaders = !permit.awaitsClient() && shared.trust(generation) != null;
        PeekStage peek = new PeekStage(early, loop, generation, shared.routes(generation), this, refusesHeaders);
        this.stage = permit.awaitsClient()
                ? new ProxyStage(peek, loop, generation.limits().peek(), this, this::passedOn)
                : peek;
    }

    /**
     * Creates the session of an admitted client; its end returns the permit. Any thread.
     *
     * @param permit one that awaits its client: a proxy passes the client on before it is identified
     */
    static TcpSession admitted(TcpServices shared, TcpLoop loop, Acceptor.Arrival arrival, Permit permit) {
        Generation generation = shared.generations().lease();
        TcpSession session = null;
        try {
            session = new TcpSession(shared, loop, arrival, permit, generation);
        } finally {
            if (session == null) {
                shared.generations().release(generation);
            }
        }
        return session;
    }

    /** Starts on its loop; if that fails, the session has ended when this returns. Any thread. */
    void start() {
        try {
            shared.sessions().begin(this);
            loop().loop().execute(this::begin);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    private void begin() {
        if (ended) {
            // Closed before it started.
            return;
        }
        try {
            client.register(loop().loop(), this);
            client.interest(true, false);
            if (stage instanceof ProxyStage proxy) {
                proxy.begin(acceptedAt());
            } else if (stage instanceof PeekStage peek) {
                peek.begin(acceptedAt(), Addresses.internet(client()));
            }
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    /** Returns the current stage. */
    Stage stage() {
        return stage;
    }

    /** Makes {@code next} the current stage; the previous one holds no resources any more. */
    void enter(Stage next) {
        stage = next;
    }

    @Override
    public void ready(Side side, boolean readable, boolean writable) {
        if (ended) {
            return;
        }
        try {
            stage.ready(side, readable, writable);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    /** Handles that hooks allow reads again. */
    private void resumed() {
        if (ended) {
            return;
        }
        try {
            stage.resumed();
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    /** Ends this session, and no other, after an exception. */
    private void failed(Throwable thrown) {
        log.error("session failed id={} client={}", id(), Addresses.host(client()), thrown);
        end(EndReason.CUT, true);
    }

    /**
     * Ends the session if its client has reset it while its upload was paused: no peer is left to answer. A backend's reset
     * waits for the next read, write or time limit, so that the bytes before it are delivered first.
     */
    @Override
    public void broke(Side side) {
        if (side == client) {
            end(EndReason.CLIENT_RESET, true);
        }
    }

    // A proxy in front

    private void passedOn(ProxyHeader by, ByteBuffer rest, PeekStage next) {
        header = System.nanoTime() - began();
        EndReason refused = passedOn(by);
        if (refused != null) {
            end(refused, true);
        } else {
            enter(next);
            next.begin(rest, Addresses.internet(client()), isPeerItself());
        }
    }

    // Routing, and hooks

    @Override
    public void decided(Decision decision) {
        EarlyBytes early = Objects.requireNonNull(stage.early());
        if (stage instanceof PeekStage) {
            long age = System.nanoTime() - began();
            peek = age - Math.max(0, header);
            shared.meter().protocol(early.inquiry().protocol()).identification().record(age);
        }
        Route to = decision.route();
        if (to == null) {
            EndReason why = EndReason.unrouted(decision.reason());
            if (shared.sessions().samples().areWanted(why)) {
                shared.sessions().samples().add(shared.meter(), why, early.first());
            }
            end(why, false);
            return;
        }
        if (decision.isFallback()) {
            shared.sessions().fallback(EndReason.unrouted(decision.reason()), client());
        }
        meter = meter.movedTo(early.inquiry().protocol(), to.name());
        Refusal refusal = enter(to.limits().gate());
        if (refusal != null) {
            end(EndReason.of(refusal), true);
            return;
        }
        if (taps != null) {
            taps.closed(EndReason.unrouted(decision.reason()).label(), Party.PROXY);
        }
        taps = to.hooks().isEmpty() ? null : hooks(decision, to, early);
        early.watched(taps);
        dial(to, early);
    }

    private @Nullable TcpTaps hooks(Decision decision, Route to, EarlyBytes early) {
        Introduction client = new Introduction(this, shared.listener(), id(), generation(), times(), early.inquiry());
        return TcpTaps.open(to.hooks(), client.routed(decision, to, early.isSilent()), loop().loop(), this::resumed);
    }

    // Dial and relay

    private void dial(Route to, EarlyBytes early) {
        route = to;
        if (leased().hasEnded(to)) {
            end(EndReason.ROUTE_REMOVED, true);
            return;
        }
        shared.sessions().routed(this);
        early.header(ClientHeader.of(to.sendProxy(), this, shared.sessions(), id(), early.inquiry()));
        early.readOn();
        dial(new Failover(to, this, early.inquiry().answer()), early);
    }

    private void dial(Failover failover, EarlyBytes early) {
        since = System.nanoTime();
        Dial dial = new Dial(early, failover);
        enter(dial);
        dial.begin();
    }

    @Override
    public void full(Failover failover) {
        if (shared.sessions().isDraining()) {
            end(EndReason.CUT, true);
            return;
        }
        QueueStage queue =
                new QueueStage(Objects.requireNonNull(stage.early()), loop(), failover, shared::current, this);
        enter(queue);
        if (taps != null) {
            taps.queued();
        }
        queue.begin();
    }

    @Override
    public void placed(Failover failover) {
        EarlyBytes early = Objects.requireNonNull(stage.early());
        if (!failover.route().equals(route)) {
            route = failover.route();
            early.header(ClientHeader.of(failover.route().sendProxy(), this, shared.sessions(), id(), early.inquiry()));
        }
        if (taps != null) {
            taps.dialled();
        }
        dial(failover, early);
    }

    @Override
    public void unreachable(Route tried, EndReason why) {
        if (why == EndReason.NO_BACKEND) {
            decided(shared.routes(leased()).ofUnreachable(tried));
        } else {
            end(why, true);
        }
    }

    @Override
    public void connected(Side side, Target to, int sent) {
        target = to;
        backend = side;
        EarlyBytes early = Objects.requireNonNull(stage.early());
        long now = System.nanoTime();
        meter.protocol().dial().record(now - since);
        since = now;
        RelayLimits limits = limits();
        Relay relay = new Relay(new Relay.Sides(client, side), this, limits, loop());
        relay.counted(meter);
        enter(relay);
        if (limits.lifetimeMs() > 0) {
            relay.endAt(acceptedAt() + limits.lifetimeMs());
        }
        if (taps != null) {
            taps.connected(to.address());
            relay.watched(taps);
        }
        relay.start(early, sent);
    }

    @Override
    public void answered() {
        long took = System.nanoTime() - since;
        meter.protocol().firstByte().record(took);
        Target answering = target;
        if (answering != null) {
            answering.source().responseTimes().record(took);
        }
    }

    @Override
    public SessionMeter meter() {
        return meter;
    }

    @Override
    public void resetEarly() {
        if (target != null) {
            target.resetEarly(client());
        }
    }

    private RelayLimits limits() {
        RelayLimits ofListener = shared.limits(leased()).relay();
        Route taken = route;
        return taken == null ? ofListener : ofListener.with(taken.limits().times());
    }

    // End

    @Override
    public void cut(EndReason why) {
        loop().loop().execute(() -> end(why, true));
    }

    @Override
    public void leaveQueue() {
        loop().loop().execute(() -> {
            if (stage instanceof QueueStage) {
                end(EndReason.CUT, true);
            }
        });
    }

    @Override
    public boolean closesWithBackend() {
        Route taken = route;
        return taken != null && taken.pool().handling().closesWithBackend();
    }

    @Override
    public boolean leave(Predicate<Target> some, EndReason why) {
        Target connected = target;
        boolean leaves = connected != null && some.test(connected);
        if (leaves) {
            cut(why);
        }
        return leaves;
    }

    /** Ends the session, once. Its sockets close last, so that all else is done when a peer notices. */
    @Override
    public void end(EndReason why, boolean reset) {
        if (ended) {
            return;
        }
        ended = true;
        long moved = fromClient() + fromBackend();
        try {
            stage.end();
        } finally {
            try {
                shared.sessions().end(this, why, moved);
            } finally {
                close(reset);
            }
        }
    }

    @Override
    public void closeHooks(EndReason why) {
        if (taps != null) {
            Party by = why == EndReason.DONE && stage instanceof Relay relay ? relay.endedFirst() : why.endedBy();
            taps.closed(why.label(), by);
        }
    }

    @Override
    public SessionFacts.Times times() {
        long waited = header;
        long decided = peek;
        if (stage instanceof ProxyStage) {
            waited = System.nanoTime() - began();
        } else if (decided < 0) {
            decided = System.nanoTime() - began() - Math.max(0, waited);
        }
        return new SessionFacts.Times(began(), waited, decided);
    }

    @Override
    public void release() {
        Target connected = target;
        if (connected != null) {
            connected.sessionEnded();
        }
        super.release();
    }

    private void close(boolean reset) {
        try {
            shared.generations().release(leased());
        } finally {
            try {
                // First, so that a client which has seen its end and comes again finds the place free.
                closeBackend(reset);
            } finally {
                client.end(reset);
            }
        }
    }

    /** Closes the backend's side, and then gives its place to another session. */
    private void closeBackend(boolean reset) {
        try {
            if (backend != null) {
                backend.end(reset);
            }
        } finally {
            Target connected = target;
            if (connected != null) {
                connected.freePlace();
            }
        }
    }

    // Status

    @Override
    public @Nullable String route() {
        Route taken = route;
        return taken == null ? null : taken.name();
    }

    @Override
    public String stageName() {
        return stage.label();
    }

    @Override
    public @Nullable Target target() {
        return target;
    }

    @Override
    public long fromClient() {
        return stage.fromClient();
    }

    @Override
    public long fromBackend() {
        return stage.fromBackend();
    }

    @Override
    public @Nullable Inquiry known() {
        EarlyBytes early = stage.early();
        return early == null ? null : early.inquiry();
    }
}
