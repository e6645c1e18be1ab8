package dev.refractium.server.route;

import dev.refractium.server.hook.LiveHook;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.SendProxy;
import java.util.List;
import java.util.Optional;

/**
 * The destination of sessions that fit one table of the configuration. Immutable.
 *
 * @param name its name in logs and tables, such as {@code https[sni=*.example.com]}
 * @param fallbackIfUnhealthy whether a session goes to the fallback when no backend of the pool can be reached
 * @param source the address that its backends see sessions come from
 * @param datagrams what is asked of its UDP sessions
 * @param endsIfRemoved whether its live sessions end when a reload leaves no route of this name
 * @param hooks the hooks of its sessions
 * @param limits what it enforces on its sessions
 * @param sendProxy the PROXY headers that its backends get
 */
public record Route(
        String name,
        Pool pool,
        boolean fallbackIfUnhealthy,
        SourceRule source,
        DatagramRules datagrams,
        boolean endsIfRemoved,
        List<LiveHook> hooks,
        RouteLimits limits,
        SendProxy sendProxy) {
    public Route {
        hooks = List.copyOf(hooks);
    }

    /** Returns the name of its pool in the configuration; empty if the pool is its own. */
    public Optional<String> sharedPool() {
        return pool.name().equals(name) ? Optional.empty() : Optional.of(pool.name());
    }

    /** A route without hooks and limits. */
    public Route(String name, Pool pool, boolean fallbackIfUnhealthy, boolean endsIfRemoved) {
        this(
                name,
                pool,
                fallbackIfUnhealthy,
                SourceRule.ANY,
                DatagramRules.NONE,
                endsIfRemoved,
                List.of(),
                RouteLimits.none(),
                SendProxy.NONE);
    }
}
