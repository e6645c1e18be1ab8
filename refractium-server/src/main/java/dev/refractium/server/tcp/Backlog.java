package dev.refractium.server.tcp;

import dev.refractium.server.socket.Side;
import java.nio.ByteBuffer;

/**
 * The bytes that a sink did not take, and since when it takes nothing: the lower half of a
 * {@link Pipe}, by inheritance so that a session has no object more. Loop thread only.
 */
abstract class Backlog extends RelayMemory.Waiter {
    /** At most this much of what is held is offered at a time: a slow sink takes little, and the rest was copied in vain. */
    private static final int OFFER = 64 << 10;

    private static final byte[] NOTHING = new byte[0];
    private static final long NOT_STUCK = Long.MAX_VALUE;

    private final RelayMemory memory;

    /** What the sink did not take; empty if nothing. */
    private byte[] pending = NOTHING;

    /** How much of it has been taken since. */
    private int taken;

    /** There was no memory to read with, so that the sink must first say that it has room, or others give theirs back. */
    private boolean starved;

    /** Since when the sink has taken nothing of what there is for it, in the loop's milliseconds; or {@link #NOT_STUCK}. */
    private long stuckSince = NOT_STUCK;

    Backlog(RelayMemory memory) {
        this.memory = memory;
    }

    /** Keeps a copy of what the sink has left of {@code length} bytes. */
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
     * Offers {@code sink} some of what is pending.
     *
     * @param buffer the loop's
     * @return how much it took, or {@link Side#BROKEN}; all is let go of if it broke or took the rest
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

    /** Lets go of what is pending, and of its place among those that wait for memory. */
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

    /** Waits for memory, or for the sink to say that it has room. */
    final void starve(long now) {
        starved = true;
        if (stuckSince == NOT_STUCK) {
            stuckSince = now;
        }
        memory.await(this);
    }

    /** Waits no more: the sink has room. */
    final void feed() {
        starved = false;
        stuckSince = NOT_STUCK;
        memory.forget(this);
    }

    /** Memory has been given back: the sink need not say first that it has room. */
    final void fed() {
        starved = false;
    }

    final boolean isStarved() {
        return starved;
    }

    /** Notes that the sink counts as stuck from now on, if at all: it was not asked before. */
    final void askedAnew(long now) {
        if (starved) {
            stuckSince = now;
        }
    }

    /** Notes that the sink is not stuck. */
    final void notStuck() {
        stuckSince = NOT_STUCK;
    }

    /** Returns since when the sink has taken nothing, in the loop's milliseconds, where the pipe wants to write. */
    final long stuckSince() {
        return stuckSince;
    }
}
