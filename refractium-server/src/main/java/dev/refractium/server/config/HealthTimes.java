package dev.refractium.server.config;

import java.time.Duration;

/**
 * When backends are probed.
 *
 * @param interval between two probes of an address
 * @param timeout of a whole probe
 * @param jitter the share of the interval by which it is longer or shorter at random
 */
public record HealthTimes(
        @Key(value = "interval", initial = "5s", min = "100ms", max = "1h")
        Duration interval,

        @Key(value = "timeout", initial = "2s", min = "10ms", max = "1m")
        Duration timeout,

        @Key(value = "jitter", initial = "0.1", min = "0.0", max = "0.5")
        double jitter) {
    static final Keys<HealthTimes> KEYS = new Keys<>(HealthTimes.class);

    /** @throws InvalidValueException naming the key whose value is out of range */
    public HealthTimes {
        KEYS.check(interval, timeout, jitter);
    }
}
