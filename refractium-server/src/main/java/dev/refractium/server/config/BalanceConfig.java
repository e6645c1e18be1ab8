package dev.refractium.server.config;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a pool chooses among its servers.
 *
 * @param policy which server a session tries first
 * @param hashOn the attribute that {@code source_hash} goes by; empty: the client's address
 * @param slowStart how long the share of a server grows that has come up again; zero: it has all of it at once
 */
public record BalanceConfig(
        @Key(value = "balance", initial = "round_robin") BalancePolicy policy,
        @Key("hash_on") Optional<String> hashOn,

        @Key(value = "slow_start", initial = "0s", min = "0s", max = "1h")
        Duration slowStart) {
    private static final Keys<BalanceConfig> KEYS = new Keys<>(BalanceConfig.class);

    /** @throws InvalidValueException naming the key whose value is refused */
    public BalanceConfig {
        KEYS.check(policy, hashOn, slowStart);
        hashOn.ifPresent(BalanceConfig::checkAttribute);
        if (hashOn.isPresent() && policy != BalancePolicy.SOURCE_HASH) {
            throw new InvalidValueException(
                    "hash_on", "is for balance = \"source_hash\", which this is not; remove it, or set balance");
        }
        if (policy == BalancePolicy.FIRST && !slowStart.isZero()) {
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
        if (policy == BalancePolicy.FIRST) {
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
}
