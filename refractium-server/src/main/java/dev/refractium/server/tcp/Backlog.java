package dev.refractium.server.tcp;

import dev.refractium.server.socket.Side;
import java.nio.ByteBuffer;

/**
 * The bytes that a sink did not take, and since when it has taken nothing: the lower half of a {@link Pipe}, by inheritance
 * so that a session needs no further object. Loop thread only.
 */
abstract class Backlog extends RelayMemory.Waiter {
    /** At most this many of the bytes are offered at a time: a slow sink takes few, and copying the rest would be in vain. */
    private static final int OFFER = 64 << 10;

    private static final byte[] NOTHING = new byte[0];
    private static final long NOT_STUCK = Long.MAX_VALUE;

    private final RelayMemory memory;

    /** The bytes that the sink did not take; empty if it took all. */
    private byte[] pending = NOTHING;

    /** How many of them the sink has taken since. */
    private int taken;

    /** No memory was left for a read: the sink must report room first, or other pipes return memory. */
    private boolean starved;

    /** Since when the sink has taken none of the bytes for it, in the loop's milliseconds; or {@link #NOT_STUCK}. */
    private long stuckSince = NOT_STUCK;

    Backlog(RelayMemory memory) {
        this.memory = memory;
    }

    /** Keeps a copy of the bytes that the sink has left of {@code length}. */
    final void keep(ByteBuffer bytes, int length, long now) {
        int rest = bytes.remaining();
        if (rest < length || stuckSince == NOT_STUCK) {
            stuckSince = rest > 0 ? now : NOT_STUCK;
        }
        if (rest > 0) {
            pending = new byte[rest];
            bytes.get(pending);
            memory.take(rest);
        }
    }

    /**
     * Offers {@code sink} some of the pending bytes.
     *
     * @param buffer the loop's
     * @return how many it took, or {@link Side#BROKEN}; all are released if it broke or took the rest
     */
    final int offer(Side sink, ByteBuffer buffer, long now) {
        int offered = Math.min(pending.length - taken, OFFER);
        int written = sink.write(buffer.clear().put(pending, taken, offered).flip());
        if (written == Side.BROKEN) {
            release();
            return written;
        }
        taken += written;
        if (written > 0) {
            stuckSince = now;
        }
        if (taken == pending.length) {
            release();
        }
        return written;
    }

    /** Releases the pending bytes, and leaves the queue for memory. */
    final void release() {
        memory.forget(this);
        int held = pending.length;
        if (held > 0) {
            pending = NOTHING;
            taken = 0;
            stuckSince = NOT_STUCK;
            memory.give(held);
        }
    }

    final boolean isPending() {
        return pending.length > 0;
    }

    /** Waits for memory, or for the sink to report room. */
    final void starve(long now) {
        starved = true;
        if (stuckSince == NOT_STUCK) {
            stuckSince = now;
        }
        memory.await(this);
    }

    /** Stops waiting: the sink has room. */
    final void feed() {
        starved = false;
        stuckSince = NOT_STUCK;
        memory.forget(this);
    }

    /** Stops waiting: memory has been returned, so that the sink need not report room first. */
    final void fed() {
        starved = false;
    }

    final boolean isStarved() {
        return starved;
    }

    /** Restarts the time since which the sink counts as stuck: it was not asked for room before. */
    final void askedAnew(long now) {
        if (starved) {
            stuckSince = now;
        }
    }

    /** Notes that the sink is not stuck. */
    final void notStuck() {
        stuckSince = NOT_STUCK;
    }

    /** Returns since when the sink has taken nothing, in the loop's milliseconds, if the pipe wants to write. */
    final long stuckSince() {
        return stuckSince;
    }
}
