package dev.refractium.server.hook;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a hook did and missed. Any thread. */
final class Counters {
    /** So many taps that failed, none having ended well in between, are no accident. */
    private static final int FAULTS_IN_A_ROW = 10;

    final LongAdder opened = new LongAdder();
    final LongAdder missed = new LongAdder();
    final LongAdder chunks = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final LongAdder lostChunks = new LongAdder();
    final LongAdder lostBytes = new LongAdder();
    final LongAdder faults = new LongAdder();
    private final AtomicInteger row = new AtomicInteger();

    void delivered(int length) {
        chunks.increment();
        bytes.add(length);
    }

    void lost(long length) {
        lostChunks.increment();
        lostBytes.add(length);
    }

    /** A tap has been told of its session's end and did not throw. */
    void endedWell() {
        if (row.get() != 0) {
            row.set(0);
        }
    }

    /** Whether this fault, which is counted, is the one too many. */
    boolean fault() {
        faults.increment();
        return row.incrementAndGet() == FAULTS_IN_A_ROW;
    }
}
