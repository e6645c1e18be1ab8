package dev.refractium.server.upstream;

import java.time.Duration;

/**
 * How long sessions try to connect to the targets of a pool, in milliseconds.
 *
 * @param connectMs for one connect; at most {@code allMs}
 * @param allMs for all connects of a session together
 */
public record DialTimes(long connectMs, long allMs) {
    /** The times of a server without any settings. */
    public static final DialTimes USUAL = of(Duration.ofSeconds(3), Duration.ofSeconds(9));

    /** Returns these times; a connect takes no longer than all of them may. */
    public static DialTimes of(Duration connect, Duration all) {
        return new DialTimes(Math.min(connect.toMillis(), all.toMillis()), all.toMillis());
    }
}
