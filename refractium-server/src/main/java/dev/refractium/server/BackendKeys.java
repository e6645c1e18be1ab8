package dev.refractium.server;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * The keys of the file's {@code [server]} table that a pool, and a route with servers of its own, may have in place of the
 * server's, as methods of a builder. One thread.
 *
 * @param <B> that builder
 */
abstract class BackendKeys<B> {
    /** Sets a key. */
    abstract B set(String key, Object value);

    /** Key {@code connect_timeout}: how long one connect to a backend may take; unset, of a pool the server's. */
    public B connectTimeout(Duration timeout) {
        return set("connect_timeout", timeout);
    }

    /**
     * Key {@code dial_timeout}: how long all connects of a session may take together; unset, of a pool the server's, and
     * else three times {@link #connectTimeout}.
     */
    public B dialTimeout(Duration timeout) {
        return set("dial_timeout", timeout);
    }

    /** Key {@code health}: how backends are probed, as {@code h -> h.check("protocol").fall(3)}; unset, of a pool the server's. */
    public B health(Consumer<HealthBuilder> health) {
        HealthBuilder builder = new HealthBuilder();
        health.accept(builder);
        return set("health", builder.build());
    }
}
