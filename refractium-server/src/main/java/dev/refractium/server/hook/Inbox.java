package dev.refractium.server.hook;

import dev.refractium.api.Direction;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that wait for one tap, within its hook's budget. The session's loop adds, one thread of the hook at a time
 * takes.
 */
final class Inbox {
    /**
     * The cost of a chunk besides its bytes: without it a stream of single bytes would take a hundred times its bound.
     */
    static final int CHUNK_COST = 128;

    private static final long NONE = -1;

    private final Budget budget;

    /** In the order of reading. */
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();

    /** The cost of the chunks in here: the loop adds, the hook's thread takes. */
    private final AtomicLong held = new AtomicLong();

    /** The bytes of each direction that were lost since the last event. Loop only. */
    private final PerDirection gaps = new PerDirection(NONE);

    Inbox(Budget budget) {
        this.budget = budget;
    }

    /** An element of an inbox: bytes, or the number of missing bytes. */
    sealed interface Event permits CopiedChunk, Gap {}

    record Gap(Direction direction, long bytes) implements Event {}

    // The session's loop

    /**
     * Makes room for a chunk, which must then be added; returns false if there is no room, and the chunk must be
     * reported lost.
     */
    boolean reserve(int length) {
        int cost = length + CHUNK_COST;
        if (!budget.take(cost, held.get())) {
            return false;
        }
        held.addAndGet(cost);
        return true;
    }

    /** Adds a chunk that room was made for, after the gap before it. */
    void put(CopiedChunk copy) {
        putGaps();
        events.add(copy);
    }

    /** Adds the gap, if there is one, before the next chunk. */
    void lose(Direction direction, int length) {
        gaps.set(direction, Math.max(0, gaps.of(direction)) + length);
    }

    /** Adds the last gap, since nothing else follows. */
    void putGaps() {
        for (Direction direction : Direction.values()) {
            long missing = gaps.of(direction);
            if (missing != NONE) {
                gaps.set(direction, NONE);
                events.add(new Gap(direction, missing));
            }
        }
    }

    // The hook's thread

    @Nullable
    Event next() {
        return events.poll();
    }

    /** Releases {@code copy}, which the tap is done with. */
    void giveBack(CopiedChunk copy) {
        int cost = copy.length() + CHUNK_COST;
        held.addAndGet(-cost);
        budget.give(cost);
    }

    // Any thread

    boolean isEmpty() {
        return events.isEmpty();
    }

    /** Returns the memory that the waiting chunks take, in bytes of the budget. */
    long held() {
        return held.get();
    }

    /** Returns how much more would fit. */
    long room() {
        return budget.room(held.get());
    }
}
