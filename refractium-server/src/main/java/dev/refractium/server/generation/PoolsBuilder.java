package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.config.BalanceConfig;
import dev.refractium.server.config.BalancePolicy;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.Destination;
import dev.refractium.server.config.DialConfig;
import dev.refractium.server.config.Endpoint;
import dev.refractium.server.config.OnAllDown;
import dev.refractium.server.config.OnBackendDown;
import dev.refractium.server.config.PoolRules;
import dev.refractium.server.config.PoolServer;
import dev.refractium.server.config.Timeouts;
import dev.refractium.server.route.Route;
import dev.refractium.server.upstream.Backend;
import dev.refractium.server.upstream.Backends;
import dev.refractium.server.upstream.BalanceRules;
import dev.refractium.server.upstream.DialTimes;
import dev.refractium.server.upstream.Policy;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.PoolHandling;
import dev.refractium.server.upstream.Source;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the pools of one transport. A pool of the configuration is made once, for all routes that name it; a pool of the
 * same name in the generation before passes its state on. One use, one thread.
 */
final class PoolsBuilder {
    private final Config config;
    private final Transport transport;
    private final Backends backends;
    private final Map<String, Pool> before = new HashMap<>();
    private final Map<String, Pool> made = new HashMap<>();

    // Most pools have the default rules, which are one object: what is made of them is one as well.
    private final IdentityHashMap<PoolRules, BalanceRules> orders = new IdentityHashMap<>();
    private final IdentityHashMap<PoolRules, PoolHandling> handlings = new IdentityHashMap<>();

    /** @param before the generation that is replaced */
    PoolsBuilder(Config config, Transport transport, Backends backends, Optional<Generation> before) {
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
     * @param route its name without a port
     * @param own the rules of the route's own pool
     * @param port the listener's, which servers may keep; {@link Tables#ANY_PORT} if none of the destination does
     */
    Pool of(String route, Destination destination, PoolRules own, int port) {
        return destination.pool().isPresent()
                ? made.computeIfAbsent(
                        Tables.name(destination.toString(), port),
                        first -> make(destination.toString(), destination, own, port))
                : make(route, destination, own, port);
    }

    private Pool make(String plain, Destination destination, PoolRules own, int port) {
        List<Backend> servers = config.servers(destination).stream()
                .map(server -> backend(plain, server, port))
                .toList();
        String name = Tables.name(plain, port);
        PoolRules rules = config.rules(destination, own);
        BalanceRules order = orders.computeIfAbsent(rules, first -> order(rules.balance()));
        PoolHandling handling = handlings.computeIfAbsent(rules, this::handling);
        Pool same = before.get(name);
        return same == null ? new Pool(name, servers, order, handling) : same.next(servers, order, handling);
    }

    private Backend backend(String pool, PoolServer server, int port) {
        Endpoint address = server.address();
        Source source = backends.at(address.host(), address.port(port), transport);
        return new Backend(
                source,
                server.identity(),
                server.weight(),
                server.backup(),
                server.maxConnections().orElse(Integer.MAX_VALUE),
                backends.standings().of(pool, source));
    }

    private DialTimes times(DialConfig dial) {
        Timeouts server = config.server().timeouts();
        return DialTimes.of(dial.connect(server), dial.all(server));
    }

    private PoolHandling handling(PoolRules rules) {
        return new PoolHandling(
                rules.queue().length(),
                rules.queue().timeout().toMillis(),
                rules.outage().onBackendDown() == OnBackendDown.CLOSE,
                rules.outage().onAllDown() == OnAllDown.TRY,
                times(rules.dial()));
    }

    private static BalanceRules order(BalanceConfig said) {
        return new BalanceRules(
                policy(said.policy()), said.hashOn(), said.slowStart().toNanos());
    }

    private static Policy policy(BalancePolicy said) {
        return switch (said) {
            case ROUND_ROBIN -> Policy.ROUND_ROBIN;
            case LEAST_CONNECTIONS -> Policy.LEAST_CONNECTIONS;
            case RANDOM -> Policy.RANDOM;
            case FIRST -> Policy.FIRST;
            case SOURCE_HASH -> Policy.SOURCE_HASH;
        };
    }
}
