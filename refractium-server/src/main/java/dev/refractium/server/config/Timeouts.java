package dev.refractium.server.config;

import java.time.Duration;

/** The time limits of sessions that have a route. */
public record Timeouts(
        @Key(value = "connect_timeout", initial = "3s", min = "1ms", max = "1h")
        Duration connect,

        @Key("health") HealthConfig health,

        RelayTimeouts relay,

        @Key(value = "udp_idle_timeout", initial = "30s", min = "1ms", max = "24h")
        Duration udpIdle) {
    private static final Keys<Timeouts> KEYS = new Keys<>(Timeouts.class);

    /** @throws InvalidValueException naming the key whose value is out of range */
    public Timeouts {
        KEYS.check(connect, health, udpIdle);
    }
}
