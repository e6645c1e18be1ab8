package dev.refractium.server.config;

import java.time.Duration;

/**
 * Which sessions of a pool wait while all of its servers have as many as they may.
 *
 * @param length how many may wait at a time
 * @param timeout how long each may wait; zero: none waits
 */
public record QueueConfig(
        @Key(value = "queue", initial = "1000", min = "0", max = "1000000")
        int length,

        @Key(value = "queue_timeout", initial = "0s", min = "0s", max = "1h")
        Duration timeout) {
    private static final Keys<QueueConfig> KEYS = new Keys<>(QueueConfig.class);

    /** @throws InvalidValueException naming the key whose value is out of range */
    public QueueConfig {
        KEYS.check(length, timeout);
    }
}
