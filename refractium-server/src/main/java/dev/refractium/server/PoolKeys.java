package dev.refractium.server;

import dev.refractium.server.config.BalancePolicy;
import dev.refractium.server.config.OnAllDown;
import dev.refractium.server.config.OnBackendDown;
import java.time.Duration;

/**
 * The keys of a {@code [pools.NAME]} table that a route with servers of its own may have as well, as methods of a builder.
 * One thread.
 *
 * @param <B> that builder
 */
abstract class PoolKeys<B> extends BackendKeys<B> {
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

    /** Sets how many sessions may wait while all servers have as many as they may; by default, 1,000. */
    public B queue(int sessions) {
        return set("queue", (long) sessions);
    }

    /** Sets how long such a session may wait; by default, zero: none waits. */
    public B queueTimeout(Duration timeout) {
        return set("queue_timeout", timeout);
    }

    /** Sets what happens to live sessions of a server that checks find to be down; by default, they are kept. */
    public B onBackendDown(OnBackendDown onBackendDown) {
        return set("on_backend_down", onBackendDown);
    }

    /** Sets what happens to new sessions while all servers are down; by default, the servers are tried. */
    public B onAllDown(OnAllDown onAllDown) {
        return set("on_all_down", onAllDown);
    }
}
