package dev.refractium.server.upstream;

import java.util.concurrent.atomic.LongAdder;

/** How long a backend takes for the first byte that it sends to a session. Any thread. */
public final class ResponseTimes {
    private final LongAdder sessions = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    ResponseTimes() {}

    /** Counts a session whose first byte came this many nanoseconds after it was connected. */
    public void record(long duration) {
        sessions.increment();
        nanos.add(Math.max(0, duration));
    }

    /** Returns how many sessions have had a first byte. */
    public long sessions() {
        return sessions.sum();
    }

    /** Returns the nanoseconds of all these sessions together. */
    public long nanos() {
        return nanos.sum();
    }
}
