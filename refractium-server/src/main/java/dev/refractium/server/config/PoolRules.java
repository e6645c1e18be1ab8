package dev.refractium.server.config;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a pool deals with its servers: keys of a {@code [pools.NAME]} table, and of a route that has servers of its own.
 *
 * @param balance which server a session tries first
 * @param dial how long a session tries its servers
 * @param health how the servers are probed; empty: as the server's key says
 * @param queue how many sessions wait while all servers are full
 * @param outage what becomes of sessions while servers are down
 */
public record PoolRules(
        BalanceConfig balance,
        DialConfig dial,
        @Key("health") Optional<HealthConfig> health,
        QueueConfig queue,
        OutageConfig outage) {
    private static final Keys<PoolRules> KEYS = new Keys<>(PoolRules.class);

    /** The default of every key. */
    public static final PoolRules DEFAULT = KEYS.make(Map.of(), Origin.of("defaults", "pools"));

    /** Returns the names of the keys. */
    public static Set<String> keys() {
        return KEYS.names();
    }
}
