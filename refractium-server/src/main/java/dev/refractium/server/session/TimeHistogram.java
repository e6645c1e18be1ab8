package dev.refractium.server.session;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** Counts durations in fixed buckets; a record allocates nothing and takes no lock. Any thread. */
public final class TimeHistogram {
    /** The largest duration of each bucket, in nanoseconds, but for the last bucket, which has the rest. */
    private static final long[] BOUNDS =
            bounds(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000);

    private final AtomicLongArray counts = new AtomicLongArray(BOUNDS.length + 1);
    private final LongAdder nanos = new LongAdder();

    /** Counts a duration in nanoseconds; a negative one counts as zero. */
    public void record(long duration) {
        int bucket = 0;
        while (bucket < BOUNDS.length && duration > BOUNDS[bucket]) {
            bucket++;
        }
        counts.incrementAndGet(bucket);
        nanos.add(Math.max(0, duration));
    }

    /** Returns the largest duration of each bucket but the last, in nanoseconds. */
    public static long[] upperBounds() {
        return BOUNDS.clone();
    }

    /** Returns how many durations each bucket has. */
    public long[] counts() {
        long[] copy = new long[counts.length()];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = counts.get(i);
        }
        return copy;
    }

    /** Returns the sum of all durations in nanoseconds. */
    public long sum() {
        return nanos.sum();
    }

    private static long[] bounds(long... millis) {
        long[] bounds = new long[millis.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = TimeUnit.MILLISECONDS.toNanos(millis[i]);
        }
        return bounds;
    }
}
