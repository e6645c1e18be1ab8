package dev.refractium.server.generation;

import dev.refractium.api.Hook;
import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.Destination;
import dev.refractium.server.config.Endpoint;
import dev.refractium.server.config.ListenerConfig;
import dev.refractium.server.config.OnFailure;
import dev.refractium.server.config.OnRemoved;
import dev.refractium.server.config.PlacedFallback;
import dev.refractium.server.config.PoolRules;
import dev.refractium.server.config.PortRange;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.config.SecretFiles;
import dev.refractium.server.hook.Refusals;
import dev.refractium.server.net.Closer;
import dev.refractium.server.plugin.NormalForms;
import dev.refractium.server.plugin.PluginCalls;
import dev.refractium.server.plugin.PluginScan;
import dev.refractium.server.route.DatagramRules;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteLimits;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.route.SourceRule;
import dev.refractium.server.text.Networks;
import dev.refractium.server.upstream.Backends;
import dev.refractium.server.upstream.HealthRules;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.SendProxy;
import dev.refractium.server.upstream.Source;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Builds a generation from a configuration and the installed protocols: whole, or not at all. One use, one thread. */
public final class GenerationBuilder {
    /** The longest wait for names, in milliseconds; slower lookups continue later. */
    private static final long NAMES_MS = 2_000;

    private static final String FALLBACK = "fallback";

    private final Config config;
    private final Protocols protocols;
    private final Backends backends;
    private final SourceRules sources;
    private final Problems problems = new Problems();
    private final Map<String, Route> fallbacks = new HashMap<>();
    private List<ListenerSpec> listeners = List.of();
    private Optional<Path> pluginsDirectory = Optional.empty();
    private PluginScan plugins = PluginScan.NONE;
    private Map<String, Hook> hooks = Map.of();
    private PluginCalls calls = new PluginCalls();
    private Optional<Generation> before = Optional.empty();
    private SecretFiles secrets = file -> {
        throw new IOException("cannot be read here");
    };
    private NetworkSets networks = new NetworkSets(Map.of());
    private MapSource maps = MapSource.NONE;
    private HealthResolver health = new HealthResolver(Map.of(), problems);

    public GenerationBuilder(Config config, Protocols protocols, Backends backends) {
        this.config = config;
        this.protocols = protocols;
        this.backends = backends;
        this.sources = new SourceRules(backends);
    }

    /** Sets the addresses of the configuration's listeners, none of which may be a backend. */
    public GenerationBuilder listeners(List<ListenerSpec> listeners) {
        this.listeners = List.copyOf(listeners);
        return this;
    }

    /** Sets the plugins that the protocols come from; the generation closes them. */
    public GenerationBuilder plugins(Optional<Path> directory, PluginScan plugins) {
        this.pluginsDirectory = directory;
        this.plugins = plugins;
        return this;
    }

    /** Sets the hooks that routes may name, by the hooks' own names. */
    public GenerationBuilder hooks(Map<String, Hook> hooks) {
        this.hooks = Map.copyOf(hooks);
        return this;
    }

    /** Sets the calls that run the hooks' code. */
    public GenerationBuilder calls(PluginCalls calls) {
        this.calls = calls;
        return this;
    }

    /** Sets the networks of each file of prefixes, by its path as the configuration has it. */
    public GenerationBuilder prefixes(Map<Path, Networks> files) {
        this.networks = new NetworkSets(files);
        return this;
    }

    /** Sets what reads the maps that routes go by. */
    public GenerationBuilder maps(MapSource maps) {
        this.maps = maps;
        return this;
    }

    /** Sets the content of each file that health checks send, by its path as the configuration has it. */
    public GenerationBuilder sending(Map<Path, byte[]> files) {
        this.health = new HealthResolver(files, problems);
        return this;
    }

    /** Sets what reads the files of the hooks' secrets. */
    public GenerationBuilder secrets(SecretFiles files) {
        this.secrets = files;
        return this;
    }

    /** Sets the generation that the new one replaces: routes that stay continue with the state of its pools. */
    public GenerationBuilder after(Generation before) {
        this.before = Optional.of(before);
        return this;
    }

    /**
     * A generation, and the problems that keep it from being served.
     *
     * @param generation usable only if there are no problems
     * @param warnings what may be served, and is likely a mistake
     */
    public record Built(Generation generation, List<Problem> problems, List<Problem> warnings) {}

    /**
     * Builds the generation; waits up to two seconds for host names. If it throws, the hooks are closed, and the caller
     * closes the plugins.
     */
    public Built build() throws InterruptedException {
        NormalForms forms = new NormalForms(calls, plugins.accepted());
        List<ResolvedRoute> routes = new NormalMatches(forms, problems)
                .of(new RouteResolver(protocols, pluginsDirectory, problems).resolve(config.routes()));
        for (Transport transport : Transport.values()) {
            problems.addAll(new RouteConflicts(transport).find(routes));
        }
        Networks allowed = networks.of(config.server().listener().mapNetworks());
        // A route whose map cannot be used has been reported, and is left out of the tables.
        routes = new MapResolver(config, maps, new MapNames(forms, problems), allowed, problems)
                .resolve(routes).stream()
                        .filter(route -> !route.config().destination().isMap()
                                || route.map().isPresent())
                        .toList();
        HookResolver watching = new HookResolver(
                config,
                new InstalledHooks(hooks, pluginsDirectory),
                before.map(Generation::hooks).orElse(List.of()),
                problems,
                new HookCalls(calls, plugins.accepted(), secrets));
        long number = before.map(Generation::number).orElse(0L) + 1;
        try (Closer closer = new Closer()) {
            closer.add(() -> GenerationParts.closeHooks(List.of(parts(watching, Refusals.NONE, Map.of()))));
            Generation generation = generation(number, routes, watching);
            Built built = new Built(generation, problems.all(), warnings(routes));
            closer.keep();
            return built;
        }
    }

    private List<Problem> warnings(List<ResolvedRoute> routes) {
        List<ResolvedRoute> all = each(routes);
        List<Problem> warnings = new ArrayList<>(new GuardCheck(config).warnings(all));
        warnings.addAll(new TrustCheck(config, backends, listeners).warnings(all));
        // Of the destinations of a map, the first is enough.
        Map<String, Problem> byPlace = new LinkedHashMap<>();
        warnings.forEach(warning -> byPlace.putIfAbsent(warning.where() + " " + warning.key(), warning));
        return List.copyOf(byPlace.values());
    }

    private static List<ResolvedRoute> each(List<ResolvedRoute> routes) {
        return routes.stream().flatMap(ResolvedRoute::each).toList();
    }

    private Generation generation(long number, List<ResolvedRoute> routes, HookResolver watching)
            throws InterruptedException {
        Map<Transport, Map<String, Map<Integer, RouteTable>>> tables = new EnumMap<>(Transport.class);
        // Hooks before pools, which begin to look names up: a plugin's code is not kept waiting by a name server's
        // answer.
        routes.forEach(
                route -> watching.of(route.config().hooks(), route.config().origin()));
        GateBuilder gates = new GateBuilder(config, networks, before);
        for (Transport transport : Transport.values()) {
            tables.put(transport, tables(transport, routes, watching, gates));
        }
        Refusals refusals =
                Refusals.among(watching.of(List.of(), config.server().origin()), number);
        watching.judgeIdle();
        backends.awaitNames(NAMES_MS);
        List<ResolvedRoute> all = each(routes);
        checkBackends(all);
        problems.addAll(new HashCheck(config).find(all));
        problems.addAll(new ProxyConflicts(config, backends, listeners).find(all));
        Generation.Source source = new Generation.Source(config, pluginsDirectory, listeners);
        return new Generation(
                number, source, new Tables(tables, gates.gates()), parts(watching, refusals, health.resolve()));
    }

    private GenerationParts parts(HookResolver watching, Refusals refusals, Map<Source, HealthRules> health) {
        return new GenerationParts(plugins, watching.all(), refusals, calls, health);
    }

    /**
     * Makes the table of each listener of a transport, or of each of its ports if backends keep the port. Routes that
     * several tables share are made once.
     */
    private Map<String, Map<Integer, RouteTable>> tables(
            Transport transport, List<ResolvedRoute> routes, HookResolver watching, GateBuilder gates) {
        PoolsBuilder pools = new PoolsBuilder(config, transport, backends, before);
        IdentityHashMap<ResolvedRoute, Map<Integer, Route>> made = new IdentityHashMap<>();
        Map<String, Map<Integer, RouteTable>> tables = new HashMap<>();
        for (ListenerConfig listener : config.listening()) {
            if (listener.transports().contains(transport)) {
                List<ResolvedRoute> served = routes.stream()
                        .filter(route -> route.transports().contains(transport)
                                && route.config().selection().isOn(listener.name()))
                        .toList();
                Map<Integer, RouteTable> byPort = new TreeMap<>();
                for (int port : ports(listener, transport, served)) {
                    TableBuilder table = new TableBuilder(transport, networks);
                    IdentityHashMap<ResolvedRoute, Route> own = new IdentityHashMap<>();
                    for (ResolvedRoute route : each(served)) {
                        int kept = kept(route.config().destination(), port);
                        own.put(
                                route,
                                made.computeIfAbsent(route, first -> new HashMap<>(1))
                                        .computeIfAbsent(kept, first -> route(route, pools, kept, watching, gates)));
                    }
                    served.forEach(route -> table.add(route, own));
                    byPort.put(port, table.table(fallback(listener, transport, port, pools, watching)));
                }
                tables.put(listener.name(), byPort);
            }
        }
        return tables;
    }

    /** Returns the ports of a listener that need a table each; only {@link Tables#ANY_PORT} if no backend keeps the port. */
    private List<Integer> ports(ListenerConfig listener, Transport transport, List<ResolvedRoute> served) {
        boolean kept = config.keepsPort(config.fallback(listener, transport))
                || served.stream()
                        .anyMatch(route -> config.keepsPort(route.config().destination()));
        return kept
                ? listener.address().port().map(PortRange::all).orElse(List.of(Tables.ANY_PORT))
                : List.of(Tables.ANY_PORT);
    }

    private int kept(Destination destination, int port) {
        return config.keepsPort(destination) ? port : Tables.ANY_PORT;
    }

    private Optional<Route> fallback(
            ListenerConfig listener, Transport transport, int port, PoolsBuilder pools, HookResolver watching) {
        Destination destination = config.fallback(listener, transport);
        if (config.servers(destination).isEmpty()) {
            return Optional.empty();
        }
        // A fallback of the listener's own, unless it is that of [server], which all listeners share.
        String shared = config.listeners().isEmpty()
                        || listener.fallbacks().of(transport).isEmpty()
                ? FALLBACK
                : FALLBACK + "@" + listener.name();
        int kept = kept(destination, port);
        String name = Tables.name(shared, kept);
        return Optional.of(fallbacks.computeIfAbsent(transport + " " + name, first -> {
            Pool pool = pools.of(shared, destination, PoolRules.DEFAULT, kept);
            health.add(pool, HealthResolver.Wish.ofFallback(config, destination));
            return new Route(
                    name,
                    pool,
                    false,
                    SourceRule.ANY,
                    DatagramRules.NONE,
                    false,
                    watching.of(List.of(), config.server().origin()),
                    RouteLimits.none(),
                    SendProxy.NONE);
        }));
    }

    private Route route(
            ResolvedRoute resolved, PoolsBuilder pools, int port, HookResolver watching, GateBuilder gates) {
        String name = Tables.name(resolved.config().label(), port);
        Pool pool = pools.of(
                resolved.config().label(),
                resolved.config().destination(),
                resolved.config().rules(),
                port);
        health.add(pool, HealthResolver.Wish.of(config, resolved));
        return new Route(
                name,
                pool,
                resolved.config().handling().onUnhealthy() == OnFailure.FALLBACK,
                sources.of(resolved.config().source()),
                resolved.datagrams(),
                resolved.config().handling().onRemoved() == OnRemoved.CLOSE,
                watching.of(resolved.config().hooks(), resolved.config().origin()),
                gates.of(pools.transport(), resolved.config()),
                resolved.sendProxy());
    }

    /**
     * Finds backends that are this server's own listeners, to which a session would be relayed for ever, and those that
     * the transport cannot reach.
     */
    private void checkBackends(List<ResolvedRoute> routes) {
        BackendCheck check = new BackendCheck(
                backends, listeners, config.server().timeouts().names().resolvers());
        for (ResolvedRoute route : routes) {
            List<Endpoint> servers = config.addresses(route.config().destination());
            check.checkSource(servers, route.config().source(), route.config().origin());
            for (Transport transport : route.transports()) {
                check.check(
                        servers,
                        transport,
                        route.config().selection()::isOn,
                        route.config().origin(),
                        "forward_to");
            }
        }
        for (PlacedFallback fallback : config.fallbacks()) {
            check.check(
                    config.addresses(fallback.destination()),
                    fallback.transport(),
                    fallback::isOn,
                    fallback.origin(),
                    fallback.key());
        }
        problems.addAll(check.problems());
    }
}
