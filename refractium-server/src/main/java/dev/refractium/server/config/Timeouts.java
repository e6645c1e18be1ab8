package dev.refractium.server.config;

import java.time.Duration;
import java.util.Optional;

/**
 * The time limits of sessions that have a route, and how their backends are found and probed.
 *
 * @param connect for one connect to a backend
 * @param dial for all connects of a session together; empty: as {@link DialConfig#all} says
 */
public record Timeouts(
        @Key(value = "connect_timeout", initial = "3s", min = "1ms", max = "1h")
        Duration connect,

        @Key(value = "dial_timeout", min = "1ms", max = "3h")
        Optional<Duration> dial,

        @Key("health") HealthConfig health,

        NameConfig names,

        RelayTimeouts relay,

        @Key(value = "udp_idle_timeout", initial = "30s", min = "1ms", max = "24h")
        Duration udpIdle) {
    private static final Keys<Timeouts> KEYS = new Keys<>(Timeouts.class);

    /** @throws InvalidValueException naming the key whose value is out of range */
    public Timeouts {
        KEYS.check(connect, dial, health, udpIdle);
    }
}
