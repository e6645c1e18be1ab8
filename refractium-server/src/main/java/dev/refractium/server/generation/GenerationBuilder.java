package dev.refractium.server.generation;

import dev.refractium.api.Hook;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.Endpoint;
import dev.refractium.server.config.OnFailure;
import dev.refractium.server.config.OnRemoved;
import dev.refractium.server.config.Origin;
import dev.refractium.server.config.Problem;
import dev.refractium.server.hook.LiveHook;
import dev.refractium.server.hook.Refusals;
import dev.refractium.server.net.Listening;
import dev.refractium.server.plugin.PluginCalls;
import dev.refractium.server.plugin.PluginScan;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.route.Rule;
import dev.refractium.server.upstream.Backend;
import dev.refractium.server.upstream.Backends;
import dev.refractium.server.upstream.Policy;
import dev.refractium.server.upstream.Pool;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds a generation from a configuration and the protocols there are: whole, or not at all. One use, one thread. */
public final class GenerationBuilder {
    /** How long the start waits for names; slower ones are tried again behind. */
    private static final long NAMES_MS = 2_000;

    private static final String FALLBACK = "fallback";

    private final Config config;
    private final Protocols protocols;
    private final Backends backends;
    private final Listening listening;
    private final List<Problem> problems = new ArrayList<>();
    private PluginScan plugins = PluginScan.NONE;
    private Map<String, Hook> hooks = Map.of();
    private PluginCalls calls = new PluginCalls();
    private Optional<Generation> before = Optional.empty();

    /** @param listening where the server is going to listen */
    public GenerationBuilder(Config config, Protocols protocols, Backends backends, Listening listening) {
        this.config = config;
        this.protocols = protocols;
        this.backends = backends;
        this.listening = listening;
    }

    /** The plugins that the protocols come from: the generation's to close. */
    public GenerationBuilder plugins(PluginScan plugins) {
        this.plugins = plugins;
        return this;
    }

    /** The hooks that routes may name, by the names that they call themselves. */
    public GenerationBuilder hooks(Map<String, Hook> hooks) {
        this.hooks = Map.copyOf(hooks);
        return this;
    }

    /** What the hooks' code runs by. */
    public GenerationBuilder calls(PluginCalls calls) {
        this.calls = calls;
        return this;
    }

    /** The generation whose place the new one takes: routes that stay go on with its backends in their turn. */
    public GenerationBuilder after(Generation before) {
        this.before = Optional.of(before);
        return this;
    }

    /**
     * A generation, or what keeps it from being served.
     *
     * @param generation usable only if there are no problems
     */
    public record Built(Generation generation, List<Problem> problems) {}

    /** Builds; waits up to two seconds for host names. If it throws, the hooks are closed; the plugins stay the caller's. */
    public Built build() throws InterruptedException {
        List<ResolvedRoute> routes = new RouteResolver(protocols, problems).resolve(config.routes());
        for (Transport transport : Transport.values()) {
            problems.addAll(new RouteConflicts(transport).find(routes));
        }
        HookResolver watching = new HookResolver(
                config,
                hooks,
                before.map(Generation::hooks).orElse(List.of()),
                problems,
                new HookCalls(calls, plugins.accepted()));
        long number = before.map(Generation::number).orElse(0L) + 1;
        try {
            return new Built(generation(number, routes, watching), List.copyOf(problems));
        } catch (InterruptedException | RuntimeException | Error e) {
            Generation.closeHooks(List.of(parts(watching, Refusals.NONE)));
            throw e;
        }
    }

    private Generation generation(long number, List<ResolvedRoute> routes, HookResolver watching)
            throws InterruptedException {
        Map<Transport, RouteTable> tables = new EnumMap<>(Transport.class);
        for (Transport transport : Transport.values()) {
            tables.put(transport, table(transport, routes, watching));
        }
        Refusals refusals =
                Refusals.among(watching.of(List.of(), config.server().origin()));
        watching.judgeIdle();
        backends.awaitNames(NAMES_MS);
        checkLoops(routes);
        RouteTable none = new RouteTable(List.of(), Optional.empty(), Optional.empty());
        return new Generation(
                number,
                new Generation.Tables(
                        tables.getOrDefault(Transport.TCP, none), tables.getOrDefault(Transport.UDP, none)),
                SessionLimits.of(config.server()),
                parts(watching, refusals));
    }

    private Generation.Parts parts(HookResolver watching, Refusals refusals) {
        return new Generation.Parts(plugins, watching.all(), refusals, calls);
    }

    private RouteTable table(Transport transport, List<ResolvedRoute> routes, HookResolver watching) {
        Map<Protocol, List<Rule>> rules = new LinkedHashMap<>();
        Map<Protocol, Boolean> fallbackIfIncomplete = new LinkedHashMap<>();
        Optional<Route> silent = Optional.empty();
        for (ResolvedRoute resolved : routes) {
            if (!resolved.transports().contains(transport)) {
                continue;
            }
            Route route = route(
                    resolved,
                    transport,
                    watching.of(resolved.config().hooks(), resolved.config().origin()));
            Protocol protocol = resolved.protocol();
            if (protocol != null) {
                rules.computeIfAbsent(protocol, p -> new ArrayList<>())
                        .addAll(Rule.expand(resolved.config().selection().match(), route));
                fallbackIfIncomplete.merge(
                        protocol,
                        resolved.config().handling().onIncomplete() == OnFailure.FALLBACK,
                        Boolean::logicalOr);
            }
            if (resolved.silent() && transport == Transport.TCP) {
                silent = Optional.of(route);
            }
        }
        List<RouteTable.Entry> entries = new ArrayList<>();
        rules.forEach((protocol, own) ->
                entries.add(new RouteTable.Entry(protocol, own, fallbackIfIncomplete.getOrDefault(protocol, false))));
        return new RouteTable(entries, silent, fallback(transport, watching));
    }

    private Optional<Route> fallback(Transport transport, HookResolver watching) {
        List<Endpoint> endpoints = config.server().listener().fallback(transport);
        return endpoints.isEmpty()
                ? Optional.empty()
                : Optional.of(new Route(
                        FALLBACK,
                        pool(FALLBACK, endpoints, transport),
                        false,
                        false,
                        false,
                        watching.of(List.of(), config.server().origin())));
    }

    private Route route(ResolvedRoute resolved, Transport transport, List<LiveHook> hooks) {
        String name = resolved.label();
        Pool pool = pool(name, resolved.config().forwardTo(), transport);
        return new Route(
                name,
                pool,
                resolved.config().handling().onUnhealthy() == OnFailure.FALLBACK,
                resolved.repeatsFirst(),
                resolved.config().handling().onRemoved() == OnRemoved.CLOSE,
                hooks);
    }

    private Pool pool(String route, List<Endpoint> endpoints, Transport transport) {
        List<Backend> pool = endpoints.stream()
                .map(endpoint -> new Backend(backends.at(endpoint.host(), endpoint.port(), transport)))
                .toList();
        Optional<Route> same =
                before.flatMap(generation -> generation.routes(transport).named(route));
        return same.isPresent() ? same.get().pool().next(pool, Policy.ROUND_ROBIN) : new Pool(pool, Policy.ROUND_ROBIN);
    }

    /** A backend that is this listener would be relayed to for ever. */
    private void checkLoops(List<ResolvedRoute> routes) {
        Origin server = config.server().origin();
        for (ResolvedRoute route : routes) {
            for (Transport transport : route.transports()) {
                Origin origin = route.config().origin();
                checkLoop(route.config().forwardTo(), transport, origin, "forward_to");
            }
        }
        checkLoop(config.server().listener().fallbackTcp(), Transport.TCP, server, "fallback_tcp");
        checkLoop(config.server().listener().fallbackUdp(), Transport.UDP, server, "fallback_udp");
    }

    private void checkLoop(List<Endpoint> endpoints, Transport transport, Origin origin, String key) {
        for (Endpoint endpoint : endpoints) {
            if (backends.isAt(backends.at(endpoint.host(), endpoint.port(), transport), listening)) {
                Problem problem = origin.problem(
                        key,
                        "\"" + endpoint + "\" is this server's own listener, port " + listening.port() + " of "
                                + config.server().origin().at("port")
                                + ": it would relay to itself; name the service's own port");
                if (!problems.contains(problem)) {
                    problems.add(problem);
                }
            }
        }
    }
}
