package dev.refractium.server.tcp;

import dev.refractium.api.Direction;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.SessionLimits;
import dev.refractium.server.identify.Identifier;
import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.net.Timers;
import dev.refractium.server.route.Decision;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.session.End;
import dev.refractium.server.socket.Side;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client says before it has a backend: its first bytes, its silence or its FIN decide where the session goes, and
 * whatever it has said then waits for the backend, or for the next one if that cannot be reached. Loop thread only.
 */
final class Peeking extends Timers.Timeout {
    private static final Logger log = LoggerFactory.getLogger(Peeking.class);

    private final Side client;
    private final TcpLoop loop;
    private final RouteTable routes;
    private final SessionLimits limits;
    private final Caller caller;
    private final HeldBytes held;
    private final Inquiry inquiry = new Inquiry();
    private long acceptedAt;

    /** How many bytes of the first read lie in the loop's buffer just now, passed on without a copy if all goes well. */
    private int fresh;

    /** The client has sent its FIN. */
    private boolean clientEnded;

    private boolean decided;

    /** Who watches; null if nobody does. */
    private @Nullable TcpTaps taps;

    Peeking(Side client, TcpLoop loop, Generation generation, RouteTable routes, Caller caller) {
        this.client = client;
        this.loop = loop;
        this.routes = routes;
        this.limits = generation.limits();
        this.caller = caller;
        this.held = new HeldBytes(loop, () -> caller.end(End.OVER_PEEK_MEMORY, true));
    }

    /** Is told what came of it. */
    interface Caller {
        /** Where the session goes, once. */
        void decided(Decision decision);

        /** Ends the session, which may be before or after that. */
        void end(End why, boolean reset);
    }

    /** Waits for the client, whose side is registered and is read. */
    void begin(long acceptedAt) {
        this.acceptedAt = acceptedAt;
        loop.loop().timers().set(this, routes.silent() != null ? limits.silenceMs() : limits.peekMs());
    }

    /** The client's side can be read. */
    void ready() {
        if (decided) {
            readForBackend();
        } else {
            peek();
        }
    }

    @Override
    protected void expired() {
        if (held.length() > 0) {
            inquiry.waitEndedBy("peek_timeout");
            identify(held.bytes(), held.length(), true);
        } else {
            decide(routes.ofSilence());
        }
    }

    @Override
    protected void failed() {
        caller.end(End.CUT, true);
    }

    /** From now on {@code watching}, if that is anybody, is shown what the client says, and has been shown what it said. */
    void watched(@Nullable TcpTaps watching) {
        taps = watching;
        if (watching != null && !isSilent()) {
            watching.data(Direction.FROM_CLIENT, first());
        }
    }

    /** Has the client read for the backend, as far as a peek may be and those who watch allow. */
    void readOn() {
        boolean room = held.length() < limits.peekSize();
        client.interest(room && !clientEnded && (taps == null || !taps.isHeld()), false);
    }

    /** What the client has said, in the loop's buffer. */
    ByteBuffer first() {
        ByteBuffer buffer = loop.loop().buffer();
        return fresh > 0
                ? buffer.limit(fresh)
                : buffer.put(held.bytes(), 0, held.length()).flip();
    }

    /** Whether the client has not said a byte. */
    boolean isSilent() {
        return held.length() + fresh == 0;
    }

    /** Whether the client's FIN is to follow what it has said. */
    boolean clientEnded() {
        return clientEnded;
    }

    /** How the session was recognised, once that is decided. */
    Inquiry inquiry() {
        return inquiry;
    }

    /** Lets go of what the client has said: the backend has it, or nobody will. */
    void end() {
        loop.loop().timers().clear(this);
        fresh = 0;
        held.release();
    }

    private void peek() {
        ByteBuffer buffer = room();
        int read = client.read(buffer);
        if (read == Side.BROKEN) {
            caller.end(End.CLIENT_RESET, false);
        } else if (read == Side.END) {
            clientEnded = true;
            if (held.length() == 0) {
                caller.end(End.LEFT_EARLY, false);
            } else {
                inquiry.waitEndedBy("the client's FIN");
                identify(held.bytes(), held.length(), true);
            }
        } else if (read > 0) {
            peeked(buffer.flip());
        }
    }

    private void peeked(ByteBuffer buffer) {
        if (held.length() > 0) {
            held.append(buffer);
            // Nothing is held once the session has given way.
            if (held.length() > 0) {
                identify(held.bytes(), held.length(), isFull(held.length()));
            }
            return;
        }
        fresh = buffer.remaining();
        if (routes.silent() != null) {
            Timers timers = loop.loop().timers();
            timers.set(this, Math.max(1, acceptedAt + limits.peekMs() - timers.now()));
        }
        buffer.get(0, loop.peekBytes(), 0, fresh);
        identify(loop.peekBytes(), fresh, isFull(fresh));
        holdFresh();
    }

    /** Returns whether this many bytes are all that the peek may hold, which ends the wait. */
    private boolean isFull(int length) {
        boolean full = length == limits.peekSize();
        if (full) {
            inquiry.waitEndedBy("peek_buffer_size");
        }
        return full;
    }

    /** Keeps the bytes of the first read, if nobody has taken them yet. */
    private void holdFresh() {
        if (fresh > 0) {
            int count = fresh;
            fresh = 0;
            held.append(ByteBuffer.wrap(loop.peekBytes(), 0, count));
        }
    }

    private void identify(byte[] bytes, int length, boolean last) {
        Identifier.Outcome outcome;
        try {
            outcome = routes.identifier().ask(loop.peek().over(bytes, length, last), inquiry);
        } catch (Throwable e) {
            // Whatever a plugin throws costs this session and no other.
            log.debug("a protocol plugin threw", e);
            caller.end(End.PLUGIN_FAULT, true);
            return;
        } finally {
            loop.peek().clear();
        }
        if (outcome != Identifier.Outcome.WAIT) {
            decide(routes.decide(outcome, inquiry.candidate(), inquiry.answer()));
        }
    }

    private void decide(Decision decision) {
        decided = true;
        loop.loop().timers().clear(this);
        caller.decided(decision);
    }

    /** A client that broke is not dialled for. */
    private void readForBackend() {
        ByteBuffer buffer = room();
        int read = buffer.hasRemaining() ? client.read(buffer) : 0;
        if (read == Side.BROKEN) {
            caller.end(End.CLIENT_RESET, true);
            return;
        }
        if (read == Side.END) {
            clientEnded = true;
        } else if (read > 0) {
            buffer.flip();
            if (taps != null) {
                taps.data(Direction.FROM_CLIENT, buffer);
            }
            held.append(buffer);
        }
        readOn();
    }

    private ByteBuffer room() {
        return loop.loop().buffer().limit(limits.peekSize() - held.length());
    }
}
