package dev.refractium.server.config;

import java.util.Map;
import java.util.Set;

/**
 * How a pool deals with its servers: keys of a {@code [pools.NAME]} table, and of a route that has servers of its own.
 *
 * @param balance which server a session tries first
 * @param dial how long a session tries its servers
 */
public record PoolRules(
        @Key(value = "balance", initial = "round_robin") BalancePolicy balance, DialConfig dial) {
    private static final Keys<PoolRules> KEYS = new Keys<>(PoolRules.class);

    /** The default of every key. */
    public static final PoolRules DEFAULT = KEYS.make(Map.of(), Origin.of("defaults", "pools"));

    /** Returns the names of the keys. */
    static Set<String> keys() {
        return KEYS.names();
    }
}
