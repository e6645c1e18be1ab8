package dev.refractium.server.hook;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a hook did, and what it missed. Any thread. */
final class Counters {
    /** This many failed taps, with none in between that ended well, are no accident. */
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

    /** Records a tap that received its session's end and did not throw. */
    void endedWell() {
        if (row.get() != 0) {
            row.set(0);
        }
    }

    /** Returns whether this fault, which is counted, was one too many. */
    boolean fault() {
        faults.increment();
        return row.incrementAndGet() == FAULTS_IN_A_ROW;
    }
}
