package dev.refractium.server.tcp;

import dev.refractium.api.Direction;
import dev.refractium.server.generation.SessionLimits.PeekLimits;
import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.socket.Side;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a client sends before it has a backend, and how they were recognised. They wait for the backend, or for
 * the next one on failover; each stage passes them on to the next. Loop thread only.
 */
final class EarlyBytes extends HeldBytes {
    private static final byte[] NO_HEADER = new byte[0];

    private final Side client;
    private final TcpLoop loop;
    private final PeekLimits limits;
    private final StageEvents session;
    private final Inquiry inquiry = new Inquiry();

    /** How many bytes of the first read lie in the loop's buffer now; usually they are passed on without a copy. */
    private int fresh;

    /** Whether the client has sent its FIN. */
    private boolean clientEnded;

    /** What the backend gets before the client's bytes. */
    private byte[] header = NO_HEADER;

    /** Hooks of this session; null if it has none. */
    private @Nullable TcpTaps taps;

    EarlyBytes(Side client, TcpLoop loop, PeekLimits limits, StageEvents session) {
        super(loop);
        this.client = client;
        this.loop = loop;
        this.limits = limits;
        this.session = session;
    }

    TcpLoop loop() {
        return loop;
    }

    StageEvents session() {
        return session;
    }

    Side client() {
        return client;
    }

    /** Returns the state of the session's identification. */
    Inquiry inquiry() {
        return inquiry;
    }

    /** Returns the loop's buffer, limited to the room that the peek has left. */
    ByteBuffer room() {
        return loop.loop().buffer().limit(limits.size() - length());
    }

    /**
     * Notes that the first read has put {@code count} bytes into the loop's buffer and into its peek bytes, where they are
     * until {@link #keep}.
     */
    void fresh(int count) {
        fresh = count;
    }

    /** Copies the bytes of the first read unless a backend has taken them. They must lie in the loop's peek bytes. */
    void keep() {
        if (fresh > 0) {
            int count = fresh;
            fresh = 0;
            append(ByteBuffer.wrap(loop.peekBytes(), 0, count));
        }
    }

    /** Notes the client's FIN. */
    void ended() {
        clientEnded = true;
    }

    /** Returns whether the client's FIN follows its bytes. */
    boolean clientEnded() {
        return clientEnded;
    }

    /** Returns whether the client has sent no byte. */
    boolean isSilent() {
        return length() + fresh == 0;
    }

    /** Sets what the backend gets before the client's bytes; empty: nothing. */
    void header(byte[] header) {
        this.header = header;
    }

    /** Returns how many of the bytes for the backend are not the client's. */
    int headerLength() {
        return header.length;
    }

    /** Returns the bytes for the backend, in the loop's buffer. */
    ByteBuffer forBackend() {
        if (header.length == 0) {
            return first();
        }
        ByteBuffer buffer = loop.loop().buffer().put(header);
        return fresh > 0
                ? buffer.put(loop.peekBytes(), 0, fresh).flip()
                : buffer.put(bytes(), 0, length()).flip();
    }

    /** Returns the client's bytes, in the loop's buffer. */
    ByteBuffer first() {
        ByteBuffer buffer = loop.loop().buffer();
        return fresh > 0
                ? buffer.limit(fresh)
                : buffer.put(bytes(), 0, length()).flip();
    }

    /** Shows the hooks {@code watching}, if there are any, the client's bytes so far and all later ones. */
    void watched(@Nullable TcpTaps watching) {
        taps = watching;
        if (watching != null && !isSilent()) {
            watching.data(Direction.FROM_CLIENT, first());
        }
    }

    /** Notes that a backend is being tried. */
    void attempted() {
        if (taps != null) {
            taps.attempted();
        }
    }

    /** Asks for reads of the client while the peek has room and hooks allow it. */
    void readOn() {
        boolean room = length() < limits.size();
        client.interest(room && !clientEnded && (taps == null || !taps.isHeld()), false);
    }

    /** Reads the client while the backend is being connected. Ends the session if the client broke. */
    void readForBackend() {
        ByteBuffer buffer = room();
        int read = buffer.hasRemaining() ? client.read(buffer) : 0;
        if (read == Side.BROKEN) {
            session.end(EndReason.CLIENT_RESET, true);
            return;
        }
        if (read == Side.END) {
            clientEnded = true;
        } else if (read > 0) {
            buffer.flip();
            if (taps != null) {
                taps.data(Direction.FROM_CLIENT, buffer);
            }
            append(buffer);
        }
        readOn();
    }

    /** Releases the client's bytes: the backend has them, or none will. */
    void end() {
        fresh = 0;
        header = NO_HEADER;
        release();
    }

    @Override
    void giveWay() {
        session.end(EndReason.OVER_PEEK_MEMORY, true);
    }
}
