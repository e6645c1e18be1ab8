package dev.refractium.server;

import dev.refractium.server.config.BalancePolicy;
import java.util.function.Consumer;

/**
 * The keys of a {@code [pools.NAME]} table that a route with servers of its own may have as well, as methods of a builder.
 * One thread.
 *
 * @param <B> that builder
 */
abstract class PoolKeys<B> {
    /** Sets a key. */
    abstract B set(String key, Object value);

    /** Sets how the servers are probed, as {@code h -> h.check("protocol")}; by default, as the server's key says. */
    public B health(Consumer<HealthBuilder> health) {
        HealthBuilder builder = new HealthBuilder();
        health.accept(builder);
        return set("health", builder.build());
    }

    /** Sets which server a session tries first; by default, they take turns. */
    public B balance(BalancePolicy policy) {
        return set("balance", policy);
    }
}
