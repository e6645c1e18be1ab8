package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.Destination;
import dev.refractium.server.route.Route;
import dev.refractium.server.upstream.Backend;
import dev.refractium.server.upstream.Backends;
import dev.refractium.server.upstream.Policy;
import dev.refractium.server.upstream.Pool;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the pools of one transport. A pool of the configuration is made once, for all routes that name it; a pool of the
 * same name in the generation before passes its state on. One use, one thread.
 */
final class PoolBuilder {
    private final Config config;
    private final Transport transport;
    private final Backends backends;
    private final Map<String, Pool> before = new HashMap<>();
    private final Map<String, Pool> made = new HashMap<>();

    /** @param before the generation that is replaced */
    PoolBuilder(Config config, Transport transport, Backends backends, Optional<Generation> before) {
        this.config = config;
        this.transport = transport;
        this.backends = backends;
        before.ifPresent(generation -> generation.routes(transport).stream()
                .map(Route::pool)
                .forEach(pool -> this.before.putIfAbsent(pool.name(), pool)));
    }

    /** Returns the transport of its pools. */
    Transport transport() {
        return transport;
    }

    /**
     * Returns where sessions of a route go: a pool that others may have too, or one under the route's name.
     *
     * @param port the listener's, which servers may keep; {@link Tables#ANY_PORT} if none of the destination does
     */
    Pool of(String route, Destination destination, int port) {
        return destination.pool().isPresent()
                ? made.computeIfAbsent(Tables.name(destination.toString(), port), name -> make(name, destination, port))
                : make(route, destination, port);
    }

    private Pool make(String name, Destination destination, int port) {
        List<Backend> servers = config.servers(destination).stream()
                .map(endpoint -> new Backend(backends.at(endpoint.host(), endpoint.port(port), transport)))
                .toList();
        Pool same = before.get(name);
        return same == null ? new Pool(name, servers, Policy.ROUND_ROBIN) : same.next(servers, Policy.ROUND_ROBIN);
    }
}
