package dev.refractium.server.hook;

import dev.refractium.api.Direction;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that wait for one tap, within its hook's budget. The session's loop puts in, one thread of the hook at a time
 * takes out.
 */
final class Inbox {
    /** What a chunk costs beside its bytes: without it a stream of single bytes would take a hundred times its bound. */
    static final int CHUNK_COST = 128;

    private static final long NONE = -1;

    private final Budget budget;

    /** In the order of reading. */
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();

    /** What the chunks in here cost: the loop adds, the hook's thread takes. */
    private final AtomicLong held = new AtomicLong();

    /** How much was dropped of each direction since the last event. Loop only. */
    private final PerDirection gaps = new PerDirection(NONE);

    Inbox(Budget budget) {
        this.budget = budget;
    }

    /** What is in an inbox: bytes, or word of bytes that are missing. */
    sealed interface Event permits CopiedChunk, Gap {}

    record Gap(Direction direction, long bytes) implements Event {}

    // The session's loop

    /** Makes room for a chunk, which must be put in then; or there is none, and it is to be reported lost. */
    boolean reserve(int length) {
        int cost = length + CHUNK_COST;
        if (!budget.take(cost, held.get())) {
            return false;
        }
        held.addAndGet(cost);
        return true;
    }

    /** Puts in a chunk that room was made for, behind the gap before it. */
    void put(CopiedChunk copy) {
        putGaps();
        events.add(copy);
    }

    /** The gap is told in front of what is put in next. */
    void lose(Direction direction, int length) {
        gaps.set(direction, Math.max(0, gaps.of(direction)) + length);
    }

    /** Nothing more comes: a gap that is still to be told is told now. */
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

    /** The tap is done with {@code copy}. */
    void giveBack(CopiedChunk copy) {
        int cost = copy.length() + CHUNK_COST;
        held.addAndGet(-cost);
        budget.give(cost);
    }

    // Any thread

    boolean isEmpty() {
        return events.isEmpty();
    }

    /** What waits here, in bytes of the budget. */
    long held() {
        return held.get();
    }

    /** How much more would fit. */
    long room() {
        return budget.room(held.get());
    }
}
