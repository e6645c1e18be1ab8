package dev.refractium.server.config;

import java.time.Duration;
import java.util.Optional;

/**
 * The times of a listener's or a route's sessions; empty: as what is wider says.
 *
 * @param idle zero: off
 * @param lifetime how long a session may last; zero: without a limit
 */
public record SessionTimes(
        @Key(value = "stall_timeout", min = "1ms", max = "24h")
        Optional<Duration> stall,

        @Key(value = "half_close_timeout", min = "1ms", max = "24h")
        Optional<Duration> halfClose,

        @Key(value = "idle_timeout", min = "0s", max = "168h")
        Optional<Duration> idle,

        @Key(value = "max_lifetime", min = "0s", max = "8760h")
        Optional<Duration> lifetime) {
    private static final Keys<SessionTimes> KEYS = new Keys<>(SessionTimes.class);

    /** @throws InvalidValueException naming the key whose value is out of range */
    public SessionTimes {
        KEYS.check(stall, halfClose, idle, lifetime);
    }
}
