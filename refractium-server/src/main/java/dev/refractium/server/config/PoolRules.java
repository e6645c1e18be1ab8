package dev.refractium.server.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * How a pool deals with its servers: keys of a {@code [pools.NAME]} table, and of a route that has servers of its own.
 *
 * @param balance which server a session tries first
 * @param hashOn the attribute that {@code source_hash} goes by; empty: the client's address
 * @param slowStart how long the share of a server grows that has come up again; zero: it has all of it at once
 */
public record PoolRules(
        @Key(value = "balance", initial = "round_robin") BalancePolicy balance,
        @Key("hash_on") Optional<String> hashOn,

        @Key(value = "slow_start", initial = "0s", min = "0s", max = "1h")
        Duration slowStart) {
    private static final Keys<PoolRules> KEYS = new Keys<>(PoolRules.class);

    /** The default of every key. */
    public static final PoolRules DEFAULT = KEYS.make(Map.of(), Origin.of("defaults", "pools"));

    /** @throws InvalidValueException naming the key whose value is refused */
    public PoolRules {
        KEYS.check(balance, hashOn, slowStart);
        hashOn.ifPresent(PoolRules::checkAttribute);
        if (hashOn.isPresent() && balance != BalancePolicy.SOURCE_HASH) {
            throw new InvalidValueException(
                    "hash_on", "is for balance = \"source_hash\", which this is not; remove it, or set balance");
        }
        if (balance == BalancePolicy.FIRST && !slowStart.isZero()) {
            throw new InvalidValueException(
                    "slow_start", "is about shares, and balance = \"first\" has none; remove it, or set balance");
        }
    }

    /**
     * Refuses servers with keys that these rules do not go by.
     *
     * @param key the servers'
     */
    void check(String key, List<PoolServer> servers) {
        if (balance == BalancePolicy.FIRST) {
            servers.stream().filter(server -> server.weight() != 1).findFirst().ifPresent(server -> {
                throw new InvalidValueException(
                        key, server + " has a weight, and balance = \"first\" goes by none; remove it, or set balance");
            });
        }
    }

    private static void checkAttribute(String attribute) {
        try {
            AttributeValue.checkName(attribute);
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException("hash_on", Objects.requireNonNull(e.getMessage()));
        }
    }

    /** Returns the names of the keys. */
    static Set<String> keys() {
        return KEYS.names();
    }
}
