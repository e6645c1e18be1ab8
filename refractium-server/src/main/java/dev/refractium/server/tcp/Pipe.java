package dev.refractium.server.tcp;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a session: what one side reads is written to the other. It holds bytes only while the sink takes
 * fewer than the source gave, and reads no more than the sink may then leave it holding. Loop thread only.
 */
final class Pipe {
    /** How much is read at first, and again after the sink has proved slow. */
    private static final int FIRST_ALLOWANCE = 16 << 10;

    /** So many reads a turn: one stream of bulk must not starve the loop's other sessions. */
    private static final int READS_A_TURN = 4;

    private final Side source;
    private final Side sink;
    private @Nullable ByteBuffer pending;
    private int allowance = FIRST_ALLOWANCE;
    private boolean ended;
    private boolean finished;
    private boolean refused;
    private long moved;
    private long movedAt;

    Pipe(Side source, Side sink, long now) {
        this.source = source;
        this.sink = sink;
        this.movedAt = now;
    }

    /**
     * Reads from the source and writes to the sink until one of them has enough.
     *
     * @param buffer the loop's
     * @return the side that broke, or null
     */
    @Nullable
    Side pump(ByteBuffer buffer, long now) {
        for (int i = 0; i < READS_A_TURN && wantsToRead(); i++) {
            buffer.clear().limit(Math.min(allowance, buffer.capacity()));
            int read = source.read(buffer);
            if (read == Side.BROKEN) {
                return source;
            }
            if (read <= 0) {
                if (read == Side.END) {
                    end(now);
                }
                return null;
            }
            boolean more = !buffer.hasRemaining();
            if (!send(buffer.flip(), now)) {
                return sink;
            }
            if (!more) {
                return null;
            }
        }
        return null;
    }

    /**
     * Writes {@code bytes} to the sink, and keeps a copy of what it does not take.
     *
     * @return false if the sink broke
     */
    boolean send(ByteBuffer bytes, long now) {
        int length = bytes.remaining();
        int written = sink.write(bytes);
        if (written == Side.BROKEN) {
            refused = true;
            return false;
        }
        moved += length;
        movedAt = now;
        if (bytes.hasRemaining()) {
            pending = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
            allowance = FIRST_ALLOWANCE;
        } else if (length == allowance) {
            allowance = Math.min(2 * allowance, 1 << 20);
        }
        return true;
    }

    /**
     * Writes on what is pending.
     *
     * @return false if the sink broke
     */
    boolean flush(long now) {
        if (pending == null) {
            return true;
        }
        int written = sink.write(pending);
        if (written == Side.BROKEN) {
            pending = null;
            refused = true;
            return false;
        }
        if (written > 0) {
            movedAt = now;
        }
        if (!pending.hasRemaining()) {
            pending = null;
            finishIfDrained(now);
        }
        return true;
    }

    /** The source has sent its FIN; it is passed on behind what is pending. */
    void end(long now) {
        ended = true;
        finishIfDrained(now);
    }

    boolean wantsToRead() {
        return pending == null && !ended && !refused;
    }

    boolean isPending() {
        return pending != null;
    }

    /** Whether the source's FIN has been passed on. */
    boolean isFinished() {
        return finished;
    }

    /** Bytes that were read, those pending included. */
    long moved() {
        return moved;
    }

    /** When a byte or the FIN last moved, in the loop's milliseconds. */
    long movedAt() {
        return movedAt;
    }

    private void finishIfDrained(long now) {
        if (ended && pending == null && !finished) {
            finished = true;
            movedAt = now;
            sink.shutdownOutput();
        }
    }
}
