package dev.refractium.server.config;

import java.time.Duration;

/**
 * Key {@code health}: how backends of TCP are probed. Its range is checked by {@link ServerConfig}, so that a builder's
 * value is reported like a file's.
 *
 * @param probes false: {@code "off"}, no backend is probed
 * @param interval between two probes of an address
 */
public record HealthConfig(
        boolean probes,

        @Key(value = "interval_ms", min = 100, max = 3_600_000)
        Duration interval) {
    static final Keys<HealthConfig> KEYS = new Keys<>(HealthConfig.class);
    static final String OFF_WORD = "off";

    /** What is probed where nothing is said. */
    public static final HealthConfig DEFAULT = every(Duration.ofSeconds(5));

    /** No probes. */
    public static final HealthConfig OFF = new HealthConfig(false, DEFAULT.interval());

    /** Probes with this time between them. */
    public static HealthConfig every(Duration interval) {
        return new HealthConfig(true, interval);
    }

    /** @throws InvalidValueException naming the key of the server's table */
    void check() {
        try {
            KEYS.check("interval_ms", interval.toMillis());
        } catch (InvalidValueException e) {
            throw new InvalidValueException("health", e.key() + " = " + e.detail());
        }
    }

    /** As the file has it. */
    @Override
    public String toString() {
        return probes ? "{ interval_ms = " + interval.toMillis() + " }" : OFF_WORD;
    }
}
