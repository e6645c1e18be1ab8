package dev.refractium.server.config;

import java.util.OptionalInt;

/**
 * What a listener or a route enforces on its sessions.
 *
 * @param maxConnections how many may be alive; empty: no limit of its own
 */
public record SessionRules(
        GuardConfig guard,
        RateConfig rates,

        @Key(value = "max_connections", min = "1", max = "10000000")
        OptionalInt maxConnections,

        SessionTimes times) {
    private static final Keys<SessionRules> KEYS = new Keys<>(SessionRules.class);

    /** @throws InvalidValueException naming the key whose value is out of range */
    public SessionRules {
        KEYS.check(maxConnections);
    }
}
