package dev.refractium.server.config;

import dev.refractium.api.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The times of a listener's or a route's sessions; empty: as what is wider says.
 *
 * @param idle of TCP sessions; zero: off
 * @param lifetime how long a session may last; zero: without a limit
 * @param udpIdle of UDP sessions
 */
public record SessionTimes(
        @Key(value = "stall_timeout", min = "1ms", max = "24h")
        Optional<Duration> stall,

        @Key(value = "half_close_timeout", min = "1ms", max = "24h")
        Optional<Duration> halfClose,

        @Key(value = "idle_timeout", min = "0s", max = "168h")
        Optional<Duration> idle,

        @Key(value = "max_lifetime", min = "0s", max = "8760h")
        Optional<Duration> lifetime,

        @Key(value = "udp_idle_timeout", min = "1ms", max = "24h")
        Optional<Duration> udpIdle) {
    private static final Keys<SessionTimes> KEYS = new Keys<>(SessionTimes.class);

    /** @throws InvalidValueException naming the key whose value is out of range */
    public SessionTimes {
        KEYS.check(stall, halfClose, idle, lifetime, udpIdle);
    }

    /** Returns a key that is set, and that no session over one of these transports goes by; empty if there is none. */
    public Optional<String> keyBeside(Set<Transport> transports) {
        if (!transports.contains(Transport.UDP)) {
            return udpIdle.map(set -> "udp_idle_timeout");
        }
        return transports.contains(Transport.TCP)
                ? Optional.empty()
                : stall.map(set -> "stall_timeout")
                        .or(() -> halfClose.map(set -> "half_close_timeout"))
                        .or(() -> idle.map(set -> "idle_timeout"));
    }
}
