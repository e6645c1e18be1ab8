package dev.refractium.server.config;

import java.time.Duration;

/**
 * The time limits of sessions that have a backend.
 *
 * @param idle zero: off
 * @param lifetime how long a session may last; zero: without a limit
 */
public record RelayTimeouts(
        @Key(value = "stall_timeout", initial = "2m", min = "1ms", max = "24h")
        Duration stall,

        @Key(value = "half_close_timeout", initial = "5m", min = "1ms", max = "24h")
        Duration halfClose,

        @Key(value = "idle_timeout", initial = "0s", min = "0s", max = "168h")
        Duration idle,

        @Key(value = "max_lifetime", initial = "0s", min = "0s", max = "8760h")
        Duration lifetime) {
    private static final Keys<RelayTimeouts> KEYS = new Keys<>(RelayTimeouts.class);

    /** @throws InvalidValueException naming the key whose value is out of range */
    public RelayTimeouts {
        KEYS.check(stall, halfClose, idle, lifetime);
    }
}
