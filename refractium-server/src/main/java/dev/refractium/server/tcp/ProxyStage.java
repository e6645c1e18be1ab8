package dev.refractium.server.tcp;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.SessionLimits.PeekLimits;
import dev.refractium.server.net.Timers;
import dev.refractium.server.proxyprotocol.HeaderReader;
import dev.refractium.server.proxyprotocol.HeaderResult;
import dev.refractium.server.proxyprotocol.HeaderResult.Malformed;
import dev.refractium.server.proxyprotocol.HeaderResult.NoHeader;
import dev.refractium.server.proxyprotocol.ProxyHeader;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.socket.Side;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stage in which a trusted proxy passes the client's address on, in a PROXY header before the client's own bytes. Loop
 * thread only.
 */
final class ProxyStage extends Timers.Timeout implements Stage {
    private static final Logger log = LoggerFactory.getLogger(ProxyStage.class);

    /** A header takes no longer than this, and no longer than {@code peek_timeout}: proxies send it at once. */
    private static final long MOST_MS = 2_000;

    private final EarlyBytes early;
    private final TcpLoop loop;
    private final PeekLimits limits;
    private final StageEvents session;
    private final PeekStage next;
    private final Handover handover;
    private final Side client;

    /** @param next identifies the client */
    ProxyStage(PeekStage next, TcpLoop loop, PeekLimits limits, StageEvents session, Handover handover) {
        this.next = next;
        this.handover = handover;
        this.early = next.early();
        this.client = early.client();
        this.loop = loop;
        this.limits = limits;
        this.session = session;
    }

    /** Takes the client over. */
    interface Handover {
        /**
         * Handles that the proxy has passed the client on.
         *
         * @param rest the client's bytes behind the header, at the start of the loop's buffer
         */
        void passedOn(ProxyHeader header, ByteBuffer rest, PeekStage next);
    }

    /** Waits for the header; the peer's side is registered and asks for reads. */
    void begin(long acceptedAt) {
        Timers timers = loop.loop().timers();
        timers.set(this, Math.max(1, acceptedAt + Math.min(MOST_MS, limits.timeoutMs()) - timers.now()));
    }

    @Override
    public void ready(Side side, boolean readable, boolean writable) {
        ByteBuffer buffer = loop.loop().buffer().limit(room());
        int read = client.read(buffer);
        if (read < 0) {
            session.end(early.length() == 0 ? EndReason.PROXY_PROBE : EndReason.PROXY_MISSING, false);
        } else if (read > 0) {
            read(buffer.flip());
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
        return "proxy";
    }

    @Override
    protected void expired() {
        session.end(EndReason.PROXY_MISSING, true);
    }

    @Override
    protected void failed() {
        session.end(EndReason.CUT, true);
    }

    /**
     * Returns how many bytes may be read: those behind the header must find room in the peek. What a long header lacks is
     * read without any of the client's bytes.
     */
    private int room() {
        int header = HeaderReader.lengthOf(held());
        return Math.max(header, limits.size() + HeaderReader.FEWEST_BYTES) - early.length();
    }

    private ByteBuffer held() {
        return ByteBuffer.wrap(early.bytes(), 0, early.length());
    }

    private void read(ByteBuffer buffer) {
        boolean first = early.length() == 0;
        if (!first) {
            early.append(buffer);
            if (early.length() == 0) {
                // The session has been evicted.
                return;
            }
        }
        ByteBuffer bytes = first ? buffer : held();
        HeaderResult result = HeaderReader.read(bytes, Transport.TCP);
        if (result instanceof ProxyHeader header) {
            over(header, bytes);
        } else if (result instanceof Malformed malformed) {
            log.debug("PROXY header malformed reason=\"{}\"", malformed.reason());
            session.end(EndReason.PROXY_MALFORMED, true);
        } else if (result == NoHeader.ABSENT) {
            session.end(EndReason.PROXY_MISSING, true);
        } else if (first) {
            early.append(buffer);
        }
    }

    /** Strips the header off the bytes, and passes the client's on in the loop's buffer. */
    private void over(ProxyHeader header, ByteBuffer bytes) {
        loop.loop().timers().clear(this);
        bytes.position(header.length());
        ByteBuffer rest = bytes;
        if (early.length() > 0) {
            rest = loop.loop().buffer().put(bytes);
            early.release();
        } else {
            rest.compact();
        }
        handover.passedOn(header, rest.flip(), next);
    }
}
