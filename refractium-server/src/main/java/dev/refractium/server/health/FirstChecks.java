package dev.refractium.server.health;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The wait for the first result of each health check at the start of the server, which is bounded. Once it is over, it
 * never begins again. Any thread.
 */
final class FirstChecks {
    private static final long MOST_NANOS = Duration.ofSeconds(5).toNanos();

    private final LongSupplier nanoClock;
    private final long began;

    /** Written by any thread that reads it, from false to true. */
    private volatile boolean over;

    FirstChecks(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.began = nanoClock.getAsLong();
    }

    /** Returns those of {@code untried} that the start waits for: none once it has waited long enough, or for nothing. */
    List<String> awaited(Supplier<List<String>> untried) {
        if (over || nanoClock.getAsLong() - began >= MOST_NANOS) {
            over = true;
            return List.of();
        }
        List<String> left = untried.get();
        over = left.isEmpty();
        return left;
    }
}
