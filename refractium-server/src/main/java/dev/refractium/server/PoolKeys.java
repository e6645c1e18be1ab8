package dev.refractium.server;

import dev.refractium.server.config.BalancePolicy;
import java.time.Duration;

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

    /** Sets the attribute, such as {@code sni}, that {@link BalancePolicy#SOURCE_HASH} goes by; the client by default. */
    public B hashOn(String attribute) {
        return set("hash_on", attribute);
    }

    /** Sets how long the share of a server grows that has come up again; by default, it has all of it at once. */
    public B slowStart(Duration time) {
        return set("slow_start", time);
    }
}
