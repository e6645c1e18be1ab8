package dev.refractium.server;

import dev.refractium.server.config.BalancePolicy;

/**
 * The keys of a {@code [pools.NAME]} table that a route with servers of its own may have as well, as methods of a builder.
 * One thread.
 *
 * @param <B> that builder
 */
abstract class PoolKeys<B> {
    /** Sets a key. */
    abstract B set(String key, Object value);

    /** Sets which server a session tries first; by default, they take turns. */
    public B balance(BalancePolicy policy) {
        return set("balance", policy);
    }
}
