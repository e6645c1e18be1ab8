package dev.refractium.server.tcp;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.SessionLimits.PeekLimits;
import dev.refractium.server.identify.Identifier;
import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.net.Timers;
import dev.refractium.server.proxyprotocol.HeaderReader;
import dev.refractium.server.proxyprotocol.HeaderResult.NoHeader;
import dev.refractium.server.route.Decision;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.socket.Side;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stage in which a client's first bytes, its silence or its FIN decide the session's route. Loop thread only. */
final class PeekStage extends Timers.Timeout implements Stage {
    private static final Logger log = LoggerFactory.getLogger(PeekStage.class);

    private final EarlyBytes early;
    private final TcpLoop loop;
    private final RouteTable routes;
    private final PeekLimits limits;
    private final StageEvents session;
    private final Side client;

    /** Whether a PROXY header ends the session, since its peer is not trusted to send one. */
    private final boolean refusesHeaders;

    /** What a client that sends nothing and leaves ends with. */
    private EndReason leftEarly = EndReason.LEFT_EARLY;

    private long acceptedAt;

    /** The client's address; null before it begins, and of a client of a Unix socket. */
    private @Nullable InetAddress address;

    /** Whether a route takes the client if it is silent. */
    private boolean silence;

    /** @param refusesHeaders whether a PROXY header ends the session */
    PeekStage(
            EarlyBytes early,
            TcpLoop loop,
            Generation generation,
            RouteTable routes,
            StageEvents session,
            boolean refusesHeaders) {
        this.early = early;
        this.client = early.client();
        this.loop = loop;
        this.routes = routes;
        this.limits = generation.limits().peek();
        this.session = session;
        this.refusesHeaders = refusesHeaders;
    }

    /** Waits for the client that a proxy has passed on; {@code rest} are its bytes that have come, at the buffer's start. */
    void begin(ByteBuffer rest, @Nullable InetAddress address, boolean isProbe) {
        leftEarly = isProbe ? EndReason.PROXY_PROBE : EndReason.LEFT_EARLY;
        begin(loop.loop().timers().now(), address);
        if (rest.hasRemaining()) {
            peeked(rest);
        }
    }

    /** Waits for the client at {@code address}, whose side is registered and asks for reads. */
    void begin(long acceptedAt, @Nullable InetAddress address) {
        this.acceptedAt = acceptedAt;
        this.address = address;
        this.silence = routes.takesSilence(address);
        loop.loop().timers().set(this, silence ? limits.silenceMs() : limits.timeoutMs());
    }

    @Override
    public void ready(Side side, boolean readable, boolean writable) {
        ByteBuffer buffer = early.room();
        int read = client.read(buffer);
        if (read == Side.BROKEN) {
            boolean isProbe = leftEarly == EndReason.PROXY_PROBE && early.length() == 0;
            session.end(isProbe ? leftEarly : EndReason.CLIENT_RESET, false);
        } else if (read == Side.END) {
            early.ended();
            if (early.length() == 0) {
                session.end(leftEarly, false);
            } else {
                early.inquiry().waitEndedBy("the client's FIN");
                identify(early.bytes(), early.length(), true);
            }
        } else if (read > 0) {
            peeked(buffer.flip());
        }
    }

    /** Does nothing: no hook watches yet. */
    @Override
    public void resumed() {}

    @Override
    public void end() {
        loop.loop().timers().clear(this);
        early.end();
    }

    @Override
    public EarlyBytes early() {
        return early;
    }

    @Override
    public String label() {
        return "peek";
    }

    @Override
    protected void expired() {
        if (early.length() > 0) {
            early.inquiry().waitEndedBy("peek_timeout");
            identify(early.bytes(), early.length(), true);
        } else {
            decide(routes.ofSilence(address));
        }
    }

    @Override
    protected void failed() {
        session.end(EndReason.CUT, true);
    }

    private void peeked(ByteBuffer buffer) {
        if (early.length() > 0) {
            early.append(buffer);
            // No byte is left if the session has been evicted.
            if (early.length() > 0) {
                identify(early.bytes(), early.length(), isFull(early.length()));
            }
            return;
        }
        int count = buffer.remaining();
        early.fresh(count);
        if (silence) {
            Timers timers = loop.loop().timers();
            timers.set(this, Math.max(1, acceptedAt + limits.timeoutMs() - timers.now()));
        }
        buffer.get(0, loop.peekBytes(), 0, count);
        identify(loop.peekBytes(), count, isFull(count));
        early.keep();
    }

    /** Returns whether {@code length} bytes fill the peek, which ends the wait. */
    private boolean isFull(int length) {
        boolean full = length == limits.size();
        if (full) {
            early.inquiry().waitEndedBy("peek_buffer_size");
        }
        return full;
    }

    private void identify(byte[] bytes, int length, boolean last) {
        if (refusesHeaders && !mayBeIdentified(ByteBuffer.wrap(bytes, 0, length), last)) {
            return;
        }
        Inquiry inquiry = early.inquiry();
        Identifier.Outcome outcome;
        try {
            outcome = routes.identifier().ask(loop.peek().over(bytes, length, last), inquiry);
        } catch (Throwable e) {
            // An exception of a plugin ends this session and no other.
            log.debug("a protocol plugin threw", e);
            session.end(EndReason.PLUGIN_FAULT, true);
            return;
        } finally {
            loop.peek().clear();
        }
        if (outcome != Identifier.Outcome.WAIT) {
            decide(routes.decide(outcome, inquiry.candidate(), inquiry.answer(), address));
        }
    }

    /** Ends the session if the bytes begin a PROXY header; waits for more while they may. */
    private boolean mayBeIdentified(ByteBuffer bytes, boolean last) {
        if (HeaderReader.isBegun(bytes)) {
            session.end(EndReason.PROXY_UNTRUSTED, true);
            return false;
        }
        return last || HeaderReader.read(bytes, Transport.TCP) == NoHeader.ABSENT;
    }

    private void decide(Decision decision) {
        loop.loop().timers().clear(this);
        session.decided(decision);
    }
}
