package dev.refractium.server.tcp;

import dev.refractium.api.Direction;
import dev.refractium.server.generation.SessionLimits.PeekLimits;
import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.socket.Side;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a client says before it has a backend, and how that was recognised. The bytes wait for the backend, or for the
 * next one if that cannot be reached; one stage passes them on to the next. Loop thread only.
 */
final class EarlyBytes extends HeldBytes {
    private final Side client;
    private final TcpLoop loop;
    private final PeekLimits limits;
    private final StageEvents session;
    private final Inquiry inquiry = new Inquiry();

    /** How many bytes of the first read lie in the loop's buffer just now, passed on without a copy if all goes well. */
    private int fresh;

    /** The client has sent its FIN. */
    private boolean clientEnded;

    /** Hooks of this session; null if it has none. */
    private @Nullable TcpTaps taps;

    EarlyBytes(Side client, TcpLoop loop, PeekLimits limits, StageEvents session) {
        super(loop);
        this.client = client;
        this.loop = loop;
        this.limits = limits;
        this.session = session;
    }

    Side client() {
        return client;
    }

    /** Returns how the session was recognised, as far as that has come. */
    Inquiry inquiry() {
        return inquiry;
    }

    /** Returns the loop's buffer with as much room as a peek has left. */
    ByteBuffer room() {
        return loop.loop().buffer().limit(limits.size() - length());
    }

    /** Notes that the first read has put this many bytes into the loop's buffer, where they are until {@link #keep}. */
    void fresh(int count) {
        fresh = count;
    }

    /** Copies the bytes of the first read, if no backend has taken them yet. They must lie in the loop's peek bytes. */
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

    /** Returns whether the client's FIN is to follow what it has said. */
    boolean clientEnded() {
        return clientEnded;
    }

    /** Returns whether the client has not said a byte. */
    boolean isSilent() {
        return length() + fresh == 0;
    }

    /** Returns what the client has said, in the loop's buffer. */
    ByteBuffer first() {
        ByteBuffer buffer = loop.loop().buffer();
        return fresh > 0
                ? buffer.limit(fresh)
                : buffer.put(bytes(), 0, length()).flip();
    }

    /** Shows {@code watching}, if there are hooks, what the client has said, and from now on what it says. */
    void watched(@Nullable TcpTaps watching) {
        taps = watching;
        if (watching != null && !isSilent()) {
            watching.data(Direction.FROM_CLIENT, first());
        }
    }

    /** Has the client read for the backend, as far as a peek may be and hooks allow. */
    void readOn() {
        boolean room = length() < limits.size();
        client.interest(room && !clientEnded && (taps == null || !taps.isHeld()), false);
    }

    /** Reads the client for the backend that is being connected. The session of a client that broke ends. */
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

    /** Lets go of what the client has said: the backend has it, or none will. */
    void end() {
        fresh = 0;
        release();
    }

    @Override
    void giveWay() {
        session.end(EndReason.OVER_PEEK_MEMORY, true);
    }
}
