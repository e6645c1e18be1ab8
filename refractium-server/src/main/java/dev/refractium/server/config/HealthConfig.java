package dev.refractium.server.config;

import dev.refractium.api.Units;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The key {@code health}: how TCP backends are probed. {@link Timeouts} checks its range, so that a builder's value is
 * reported like a file's.
 *
 * @param interval between two probes of an address; empty: {@code "off"}, backends are not probed
 */
public record HealthConfig(
        @Key(value = "interval", initial = "5s", min = "100ms", max = "1h")
        Optional<Duration> interval) {
    static final Keys<HealthConfig> KEYS = new Keys<>(HealthConfig.class);
    static final String OFF_WORD = "off";

    /** The default interval. */
    public static final HealthConfig DEFAULT = KEYS.make(Map.of(), Origin.of("defaults", "health"));

    /** No probes. */
    public static final HealthConfig OFF = new HealthConfig(Optional.empty());

    /** Returns probes at this interval. */
    public static HealthConfig every(Duration interval) {
        return new HealthConfig(Optional.of(interval));
    }

    /** @throws InvalidValueException naming the key of the server's table */
    void check() {
        try {
            KEYS.check(interval);
        } catch (InvalidValueException e) {
            throw new InvalidValueException("health", e.key() + " = " + e.detail());
        }
    }

    /** Returns the value as the file has it. */
    @Override
    public String toString() {
        return interval.map(time -> "{ interval = \"" + Units.format(time) + "\" }")
                .orElse(OFF_WORD);
    }
}
