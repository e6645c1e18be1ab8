package dev.refractium.server.tcp;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.hook.Opening;
import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.route.Decision;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.End;
import dev.refractium.server.session.Session;
import dev.refractium.server.socket.Side;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP connection, from its first byte to its end; its methods stand in the order that they happen in. It peeks, dials
 * and relays, one after the other, and lives on one event loop: only {@link #cut} may be called from elsewhere.
 */
final class TcpSession implements Session, Peeking.Caller, Dial.Caller, Relay.Caller {
    private static final Logger log = LoggerFactory.getLogger(TcpSession.class);

    /** What a socket is at that does not say. */
    private static final InetSocketAddress NOWHERE = new InetSocketAddress(0);

    private final TcpShared shared;
    private final TcpLoop loop;
    private final Generation generation;
    private final InetSocketAddress from;
    private final Side client;
    private final long acceptedAt;
    private final long began = System.nanoTime();
    private final long id;

    /** Until a backend has got what the client said. */
    private @Nullable Peeking peeking;

    /** Until a backend is connected. */
    private @Nullable Dial dial;

    /** Since then. */
    private @Nullable Relay relay;

    private @Nullable Side backend;

    /** Written by the loop, read by those who look for sessions of a route. */
    private volatile @Nullable Route route;

    /** Who watches; null if nobody does. */
    private @Nullable TcpTaps taps;

    private boolean ended;

    /** @param generation leased, until the session ends */
    private TcpSession(TcpShared shared, TcpLoop loop, Side client, InetSocketAddress from, Generation generation) {
        this.shared = shared;
        this.loop = loop;
        this.generation = generation;
        this.from = from;
        this.client = client;
        this.id = shared.sessions().nextId();
        this.acceptedAt = loop.loop().timers().now();
        this.peeking = new Peeking(client, loop, generation, shared.routes(generation), this);
    }

    /** A session of a client that has been admitted, which its end undoes. Any thread. */
    static TcpSession admitted(TcpShared shared, TcpLoop loop, Side client, InetSocketAddress from) {
        Generation generation = shared.generations().lease();
        TcpSession session = null;
        try {
            session = new TcpSession(shared, loop, client, from, generation);
        } finally {
            if (session == null) {
                shared.generations().release(generation);
            }
        }
        return session;
    }

    /** Begins on its loop; if it cannot, it has ended when this returns. Any thread. */
    void start() {
        try {
            shared.sessions().began(this);
            loop.loop().execute(this::begin);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    private void begin() {
        Peeking first = peeking;
        if (first == null) {
            // It was cut before it began.
            return;
        }
        try {
            client.register(loop.loop(), this);
            client.interest(true, false);
            first.begin(acceptedAt);
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    @Override
    public void ready(Side side, boolean readable, boolean writable) {
        try {
            if (relay != null) {
                settle(relay.ready(side, readable, writable));
            } else if (side != client && dial != null) {
                dial.ready();
            } else if (side == client && peeking != null) {
                peeking.ready();
            }
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    /** What is thrown on the way costs this session, and no other. */
    private void failed(Throwable thrown) {
        log.error("session failed id={} client={}", id, from.getAddress().getHostAddress(), thrown);
        end(End.CUT, true);
    }

    /**
     * Ends the session of a client that reset it while its upload was paused: nobody is left to answer. What a backend
     * said in front of a reset is delivered first, so that its reset waits for the next read, write or time limit.
     */
    @Override
    public void broke(Side side) {
        if (side == client) {
            end(End.CLIENT_RESET, true);
        }
    }

    // Route, once peeking has shown enough

    @Override
    public void decided(Decision decision) {
        Route to = decision.route();
        if (to == null) {
            end(End.unrouted(decision.reason()), false);
            return;
        }
        if (decision.isFallback()) {
            shared.endLog().fallback(End.unrouted(decision.reason()), from.getAddress());
        }
        show(decision, to);
        dial(to);
    }

    // Show to hooks

    private void show(Decision decision, Route to) {
        if (taps != null) {
            taps.closed(End.unrouted(decision.reason()).label());
        }
        taps = to.hooks().isEmpty()
                ? null
                : TcpTaps.open(to.hooks(), opening(decision, to), loop.loop(), this::resumed);
        early().watched(taps);
    }

    private Opening opening(Decision decision, Route to) {
        InetSocketAddress local = client.local();
        Inquiry known = early().inquiry();
        return new Opening(
                String.valueOf(id),
                Transport.TCP,
                from,
                local == null ? NOWHERE : local,
                known.protocol(),
                known.answer().attributes(),
                to.name(),
                decision.isFallback()
                        ? "fallback " + End.unrouted(decision.reason()).label()
                        : early().isSilent() ? "silence" : "match",
                began);
    }

    /** The hooks let the session be read again. */
    private void resumed() {
        try {
            if (relay != null) {
                relay.resume();
                settle(null);
            } else if (peeking != null) {
                peeking.readOn();
            }
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    // Dial

    private void dial(Route to) {
        route = to;
        if (generation.hasEnded(to)) {
            end(End.ROUTE_REMOVED, true);
            return;
        }
        shared.endLog().routed(this, from.getAddress());
        early().readOn();
        dial = new Dial(loop, generation.limits(), this, to);
        dial.begin();
    }

    @Override
    public ByteBuffer first() {
        return early().first();
    }

    @Override
    public void failed(End why) {
        if (why == End.NO_BACKEND && dial != null) {
            decided(shared.routes(generation).ofUnreachable(dial.route()));
        } else {
            end(why, true);
        }
    }

    /** What the client has said, for whoever comes before {@link #connected}. */
    private Peeking early() {
        return Objects.requireNonNull(peeking);
    }

    // Relay

    @Override
    public void connected(Side side, int sent) {
        backend = side;
        Peeking said = early();
        Relay relay = new Relay(new Relay.Sides(client, side), this, generation.limits(), loop);
        this.relay = relay;
        if (taps != null) {
            taps.connected(dial == null ? null : dial.address());
            relay.watched(taps);
        }
        dial = null;
        Side broken = relay.begin(said.first(), sent, said.clientEnded());
        said.end();
        peeking = null;
        settle(broken);
    }

    private void settle(@Nullable Side broken) {
        if (broken != null) {
            end(broken == client ? End.CLIENT_RESET : End.BACKEND_RESET, true);
        } else if (relay != null && relay.isDone()) {
            end(End.DONE, false);
        }
    }

    // End

    @Override
    public void cut(End why) {
        loop.loop().execute(() -> end(why, true));
    }

    /**
     * Ends the session, once. It is counted, logged and gives back its place before its sockets close, so that a peer that
     * sees them close finds that done; and a throw in one of these keeps none of the others.
     */
    @Override
    public void end(End why, boolean reset) {
        if (ended) {
            return;
        }
        ended = true;
        long moved = relay == null ? 0 : relay.moved();
        Inquiry known = peeking == null ? null : peeking.inquiry();
        try {
            endStages();
        } finally {
            try {
                account(why, moved, known);
            } finally {
                closeSides(reset);
            }
        }
    }

    private void endStages() {
        Peeking early = peeking;
        Dial dialling = dial;
        Relay relaying = relay;
        peeking = null;
        dial = null;
        relay = null;
        if (early != null) {
            early.end();
        }
        if (dialling != null) {
            dialling.end();
        }
        if (relaying != null) {
            relaying.end();
        }
    }

    private void account(End why, long moved, @Nullable Inquiry known) {
        try {
            if (taps != null) {
                taps.closed(why.label());
            }
            if (route == null && generation.refusals().areWanted()) {
                Refused.show(generation, why, id, client, from, began, known);
            }
        } finally {
            shared.admission().release(from.getAddress());
            shared.sessions().ended(this, why, moved);
            try {
                shared.endLog().end(why, from.getAddress(), this, known);
            } finally {
                shared.generations().release(generation);
            }
        }
    }

    private void closeSides(boolean reset) {
        try {
            client.end(reset);
        } finally {
            if (backend != null) {
                backend.end(reset);
            }
        }
    }

    // As others know it

    @Override
    public long id() {
        return id;
    }

    @Override
    public long ageMs() {
        return loop.loop().timers().now() - acceptedAt;
    }

    @Override
    public Transport transport() {
        return Transport.TCP;
    }

    @Override
    public long generation() {
        return generation.number();
    }

    @Override
    public @Nullable String route() {
        Route taken = route;
        return taken == null ? null : taken.name();
    }
}
