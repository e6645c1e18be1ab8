package dev.refractium.server.config;

import java.time.Duration;

/**
 * The time limits of sessions that have a route.
 *
 * @param idle zero: off
 */
public record Timeouts(
        @Key(value = "connect_timeout", initial = "3s", min = "1ms", max = "1h")
        Duration connect,

        @Key("health") HealthConfig health,

        @Key(value = "stall_timeout", initial = "2m", min = "1ms", max = "24h")
        Duration stall,

        @Key(value = "half_close_timeout", initial = "5m", min = "1ms", max = "24h")
        Duration halfClose,

        @Key(value = "idle_timeout", initial = "0s", min = "0s", max = "168h")
        Duration idle,

        @Key(value = "udp_idle_timeout", initial = "30s", min = "1ms", max = "24h")
        Duration udpIdle) {
    private static final Keys<Timeouts> KEYS = new Keys<>(Timeouts.class);

    /** @throws InvalidValueException naming the key whose value is out of range */
    public Timeouts {
        KEYS.check(connect, health, stall, halfClose, idle, udpIdle);
        health.check();
    }
}
