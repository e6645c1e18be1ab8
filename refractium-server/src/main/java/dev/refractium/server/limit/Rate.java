package dev.refractium.server.limit;

import java.util.concurrent.TimeUnit;

/**
 * A rate of new sessions, kept by token buckets that hold one second's worth. A bucket is one long: the time at which it
 * is full again (the generic cell rate algorithm). Times are those of {@link System#nanoTime}.
 *
 * @param perSecond tokens per second, and in a full bucket; 0: no limit
 */
public record Rate(int perSecond) {
    /** No limit. */
    public static final Rate OFF = new Rate(0);

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** @throws IllegalArgumentException if the rate is negative */
    public Rate {
        if (perSecond < 0) {
            throw new IllegalArgumentException("rate " + perSecond + " is negative");
        }
    }

    /** Returns whether there is no limit. */
    boolean isOff() {
        return perSecond == 0;
    }

    /**
     * Takes a token of a bucket that is full again at {@code full}.
     *
     * @return when the bucket is full again; {@code full} itself if it has no token
     */
    long taken(long full, long now) {
        long interval = SECOND / perSecond;
        long from = full - now > 0 ? full : now;
        return from - now > SECOND - interval ? full : from + interval;
    }
}
