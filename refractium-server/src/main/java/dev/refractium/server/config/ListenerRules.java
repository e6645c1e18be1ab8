package dev.refractium.server.config;

import java.util.Map;
import java.util.OptionalInt;

/**
 * What a listener enforces on its sessions, and where those go that no route takes.
 *
 * @param fallbacks nowhere: as {@code [server]} says
 * @param maxConnections how many may be alive; empty: no limit of its own
 */
public record ListenerRules(
        Fallbacks fallbacks,
        AccessConfig access,

        @Key(value = "max_connections", min = "1", max = "10000000")
        OptionalInt maxConnections,

        SessionTimes times) {
    private static final Keys<ListenerRules> KEYS = new Keys<>(ListenerRules.class);

    /** @throws InvalidValueException naming the key whose value is out of range */
    public ListenerRules {
        KEYS.check(maxConnections);
    }

    /** Returns rules with these fallbacks, and nothing beyond what the server enforces. */
    static ListenerRules of(Fallbacks fallbacks) {
        ListenerRules none = KEYS.make(Map.of(), Origin.of("defaults", "listeners"));
        return new ListenerRules(fallbacks, none.access, none.maxConnections, none.times);
    }
}
