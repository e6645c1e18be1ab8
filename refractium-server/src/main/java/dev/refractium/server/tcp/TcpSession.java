package dev.refractium.server.tcp;

import dev.refractium.api.Direction;
import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.SessionLimits;
import dev.refractium.server.hook.Opening;
import dev.refractium.server.identify.Candidate;
import dev.refractium.server.identify.Identifier;
import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.net.Timers;
import dev.refractium.server.route.Decision;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.session.End;
import dev.refractium.server.session.Session;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP connection, from its first byte to its end; its methods stand in the order that they happen in. Lives on one
 * event loop, and only {@link #cut} may be called from elsewhere.
 */
final class TcpSession extends Timers.Timeout implements Session, Dial.Caller {
    private static final Logger log = LoggerFactory.getLogger(TcpSession.class);

    /** What a socket is at that does not say. */
    private static final InetSocketAddress NOWHERE = new InetSocketAddress(0);

    private final TcpShared shared;
    private final TcpLoop loop;
    private final Generation generation;
    private final RouteTable routes;
    private final SessionLimits limits;
    private final InetSocketAddress from;
    private final InetAddress address;
    private final Side client;
    private final HeldBytes held;
    private final long acceptedAt;
    private final long began = System.nanoTime();
    private final long id;
    private @Nullable Inquiry inquiry = new Inquiry();
    private Phase phase = Phase.PEEKING;

    /** How many bytes of the first read lie in the loop's buffer just now, passed on without a copy if all goes well. */
    private int fresh;

    /** The client has sent its FIN before there was a backend to pass it on to. */
    private boolean clientEnded;

    private @Nullable Dial dial;

    /** Written by the loop, read by those who look for sessions of a route. */
    private volatile @Nullable Route route;

    private @Nullable Side backend;
    private @Nullable Relay relay;

    /** Who watches; null if nobody does. */
    private @Nullable TcpTaps taps;

    /** As it was first shown to hooks; null if it was to none. */
    private @Nullable Opening opening;

    TcpSession(TcpShared shared, TcpLoop loop, Side client, InetSocketAddress from) {
        this.shared = shared;
        this.loop = loop;
        this.generation = shared.generations().lease();
        this.routes = generation.tcp();
        this.limits = generation.limits();
        this.from = from;
        this.address = from.getAddress();
        this.client = client;
        this.held = new HeldBytes(loop, () -> end(End.OVER_PEEK_MEMORY, true));
        this.id = shared.sessions().nextId();
        this.acceptedAt = loop.loop().timers().now();
    }

    private enum Phase {
        PEEKING,
        DIALLING,
        RELAYING,
        ENDED
    }

    /** Begins; the session has been admitted and counted, and undoes both at its end. */
    void begin() {
        try {
            client.register(loop.loop(), this);
            client.interest(true, false);
        } catch (RuntimeException e) {
            end(End.CUT, true);
            return;
        }
        boolean silenceCounts = routes.silent() != null;
        setTimer(silenceCounts ? limits.silenceMs() : limits.peekMs());
    }

    @Override
    public void ready(Side side, boolean readable, boolean writable) {
        try {
            switch (phase) {
                case PEEKING -> peek();
                case DIALLING -> {
                    if (side == client) {
                        readWhileDialling();
                    } else if (dial != null) {
                        dial.ready();
                    }
                }
                case RELAYING -> relay(side, readable, writable);
                case ENDED -> {}
            }
        } catch (RuntimeException | Error e) {
            log.error("session failed id={} client={}", id, address.getHostAddress(), e);
            end(End.CUT, true);
        }
    }

    @Override
    protected void expired() {
        switch (phase) {
            case PEEKING -> waitedForBytes();
            case RELAYING -> checkRelay();
            case DIALLING, ENDED -> {}
        }
    }

    // Peek

    private void peek() {
        ByteBuffer buffer = loop.loop().buffer().limit(limits.peekSize() - held.length());
        int read = client.read(buffer);
        if (read == Side.BROKEN) {
            end(End.CLIENT_RESET, false);
        } else if (read == Side.END) {
            clientEnded = true;
            if (held.length() == 0) {
                end(End.LEFT_EARLY, false);
            } else {
                identify(held.bytes(), held.length(), true);
            }
        } else if (read > 0) {
            peeked(buffer.flip());
        }
    }

    private void peeked(ByteBuffer buffer) {
        if (held.length() > 0) {
            held.append(buffer);
            if (phase == Phase.PEEKING) {
                identify(held.bytes(), held.length(), held.length() == limits.peekSize());
            }
            return;
        }
        fresh = buffer.remaining();
        if (routes.silent() != null) {
            setTimer(Math.max(
                    1, acceptedAt + limits.peekMs() - loop.loop().timers().now()));
        }
        buffer.get(0, loop.peekBytes(), 0, fresh);
        identify(loop.peekBytes(), fresh, fresh == limits.peekSize());
        holdFresh();
    }

    /** Keeps the bytes of the first read, if nobody has taken them yet. */
    private void holdFresh() {
        if (fresh > 0 && phase != Phase.ENDED) {
            int count = fresh;
            fresh = 0;
            held.append(ByteBuffer.wrap(loop.peekBytes(), 0, count));
        }
    }

    /** The silence or the peek time-out is over. */
    private void waitedForBytes() {
        if (held.length() > 0) {
            identify(held.bytes(), held.length(), true);
        } else {
            follow(routes.ofSilence());
        }
    }

    // Identify and route

    private void identify(byte[] bytes, int length, boolean last) {
        Inquiry asked = inquiry;
        if (asked == null) {
            return;
        }
        Identifier.Outcome outcome;
        try {
            outcome = routes.identifier().ask(loop.peek().over(bytes, length, last), asked);
        } catch (Throwable e) {
            // Whatever a plugin throws costs this session and no other.
            log.debug("a protocol plugin threw", e);
            end(End.PLUGIN_FAULT, true);
            return;
        } finally {
            loop.peek().clear();
        }
        if (outcome != Identifier.Outcome.WAIT) {
            follow(routes.decide(outcome, asked.candidate(), asked.answer()));
        }
    }

    private void follow(Decision decision) {
        Route to = decision.route();
        if (to == null) {
            end(End.unrouted(decision.reason()), false);
            return;
        }
        if (decision.isFallback()) {
            shared.endLog().fallback(End.unrouted(decision.reason()), address);
        }
        watch(decision, to);
        dial(to);
    }

    // Show to hooks

    private void watch(Decision decision, Route to) {
        TcpTaps before = taps;
        if (before != null) {
            before.closed(End.unrouted(decision.reason()).label());
            taps = null;
        }
        if (to.hooks().isEmpty()) {
            return;
        }
        String why = decision.isFallback()
                ? "fallback " + End.unrouted(decision.reason()).label()
                : held.length() + fresh == 0 ? "silence" : "match";
        Opening first = opening;
        Opening now = first == null ? opening(to.name(), why) : first.elsewhere(to.name(), why);
        opening = now;
        TcpTaps watching = TcpTaps.open(to.hooks(), now, loop.loop(), this::resumed);
        taps = watching;
        if (watching != null && held.length() + fresh > 0) {
            watching.data(Direction.FROM_CLIENT, first());
        }
    }

    private Opening opening(String to, String why) {
        InetSocketAddress local = client.local();
        Candidate candidate = inquiry == null ? null : inquiry.candidate();
        return new Opening(
                String.valueOf(id),
                Transport.TCP,
                from,
                local == null ? NOWHERE : local,
                candidate == null ? "" : candidate.protocol().name(),
                inquiry == null ? Map.of() : inquiry.answer().attributes(),
                to,
                why,
                began);
    }

    private void dial(Route to) {
        route = to;
        if (generation.hasEnded(to)) {
            end(End.ROUTE_REMOVED, true);
            return;
        }
        shared.endLog().routed(this, address);
        inquiry = null;
        phase = Phase.DIALLING;
        loop.loop().timers().clear(this);
        readIfWanted();
        dial = new Dial(loop, limits, this, to);
        dial.begin();
    }

    @Override
    public void failed(End why) {
        if (why == End.NO_BACKEND && dial != null) {
            follow(routes.ofUnreachable(dial.route()));
        } else {
            end(why, why == End.NO_DESCRIPTOR);
        }
    }

    /** What a client sends meanwhile is held as far as a peek may be; a client that left is not dialled for. */
    private void readWhileDialling() {
        ByteBuffer buffer = loop.loop().buffer().limit(limits.peekSize() - held.length());
        int read = buffer.hasRemaining() ? client.read(buffer) : 0;
        if (read == Side.BROKEN) {
            end(End.CLIENT_RESET, true);
        } else if (read == Side.END) {
            clientEnded = true;
            client.interest(false, false);
        } else if (read > 0) {
            buffer.flip();
            if (taps != null) {
                taps.data(Direction.FROM_CLIENT, buffer);
            }
            held.append(buffer);
        }
        readIfWanted();
    }

    /** Whether more may be read before there is a backend. */
    private void readIfWanted() {
        if (phase == Phase.DIALLING) {
            boolean room = held.length() < limits.peekSize();
            client.interest(room && !clientEnded && (taps == null || !taps.isHeld()), false);
        }
    }

    /** Those who watch let both sides be read again. */
    private void resumed() {
        if (phase == Phase.RELAYING && relay != null) {
            relay.resume();
            settle(null);
        } else {
            readIfWanted();
        }
    }

    // Relay

    @Override
    public ByteBuffer first() {
        ByteBuffer buffer = loop.loop().buffer();
        return fresh > 0
                ? buffer.limit(fresh)
                : buffer.put(held.bytes(), 0, held.length()).flip();
    }

    @Override
    public void connected(Side side, int sent) {
        backend = side;
        phase = Phase.RELAYING;
        Relay relay = new Relay(new Relay.Sides(client, side), this, limits, loop);
        this.relay = relay;
        if (taps != null) {
            taps.connected(dial == null ? null : dial.address());
            relay.watched(taps);
        }
        dial = null;
        Side broken = relay.begin(first(), sent, clientEnded);
        fresh = 0;
        held.release();
        settle(broken);
    }

    private void relay(Side side, boolean readable, boolean writable) {
        if (relay != null) {
            settle(relay.ready(side, readable, writable));
        }
    }

    private void settle(@Nullable Side broken) {
        if (broken != null) {
            end(broken == client ? End.CLIENT_RESET : End.BACKEND_RESET, true);
        } else if (relay != null && relay.isDone()) {
            end(End.DONE, false);
        } else if (relay != null && relay.needsCheck()) {
            checkLater(relay.nextCheck());
        }
    }

    private void checkRelay() {
        if (relay != null) {
            End over = relay.overLimit();
            long next = relay.nextCheck();
            if (over != null) {
                end(over, true);
            } else {
                checkLater(next);
            }
        }
    }

    private void checkLater(long ms) {
        if (ms != Relay.NO_LIMIT) {
            setTimer(ms);
        }
    }

    // End

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

    @Override
    public void cut(End why) {
        loop.loop().execute(() -> end(why, true));
    }

    /** Once: whoever ends a session that has ended does nothing. */
    private void end(End why, boolean reset) {
        if (phase == Phase.ENDED) {
            return;
        }
        phase = Phase.ENDED;
        loop.loop().timers().clear(this);
        client.end(reset);
        if (dial != null) {
            dial.end();
        }
        if (backend != null) {
            backend.end(reset);
        }
        if (relay != null) {
            relay.end();
        }
        held.release();
        if (taps != null) {
            taps.closed(why.label());
        }
        shared.admission().release(address);
        shared.endLog().end(why, address, this);
        shared.sessions().ended(this, why, relay == null ? 0 : relay.moved());
        shared.generations().release(generation);
    }

    private void setTimer(long ms) {
        loop.loop().timers().set(this, ms);
    }
}
