package dev.refractium.server.config;

import java.util.Map;
import java.util.OptionalInt;

/**
 * What a listener enforces on its sessions.
 *
 * @param maxConnections how many may be alive; empty: no limit of its own
 */
public record ListenerRules(
        AccessConfig access,

        @Key(value = "max_connections", min = "1", max = "10000000")
        OptionalInt maxConnections,

        SessionTimes times) {
    private static final Keys<ListenerRules> KEYS = new Keys<>(ListenerRules.class);

    /** Nothing beyond what the server enforces. */
    static final ListenerRules NONE = KEYS.make(Map.of(), Origin.of("defaults", "listeners"));

    /** @throws InvalidValueException naming the key whose value is out of range */
    public ListenerRules {
        KEYS.check(maxConnections);
    }
}
