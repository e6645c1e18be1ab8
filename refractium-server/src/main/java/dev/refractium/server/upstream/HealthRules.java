package dev.refractium.server.upstream;

import dev.refractium.api.HealthCheck;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * How the health of a source's targets is found out, as the current generation has it. Immutable.
 *
 * @param probes empty: its targets are not probed
 * @param resets whether a session counts as a failure whose backend resets it before the first byte
 */
public record HealthRules(Optional<Probes> probes, boolean resets) {
    /** No probes; sessions alone show the health. */
    public static final HealthRules PASSIVE = new HealthRules(Optional.empty(), false);

    /**
     * How the targets are probed.
     *
     * @param timeout of a whole probe: the connect and the answer
     * @param thresholds how many probes in a row change a target's health
     * @param port the port to probe, where it is not the one of sessions
     * @param check makes what is sent and judged in one probe; empty: the connect alone shows that a target is up. May run
     *     code of a plugin: on event loops only
     */
    public record Probes(
            Interval interval,
            Duration timeout,
            Thresholds thresholds,
            OptionalInt port,
            Optional<Supplier<HealthCheck>> check) {}

    /**
     * The time between two probes.
     *
     * @param jitter the share of the time by which it is longer or shorter at random, 0 to 0.5
     */
    public record Interval(Duration time, double jitter) {}

    /**
     * How many probes in a row change the health.
     *
     * @param rise successes after which a target that is down is up
     * @param fall failures after which it is down
     */
    public record Thresholds(int rise, int fall) {}
}
