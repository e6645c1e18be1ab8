package dev.refractium.server.generation;

import dev.refractium.api.Hook;
import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.Destination;
import dev.refractium.server.config.Fallbacks;
import dev.refractium.server.config.ListenerConfig;
import dev.refractium.server.config.OnFailure;
import dev.refractium.server.config.OnRemoved;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.hook.LiveHook;
import dev.refractium.server.hook.Refusals;
import dev.refractium.server.net.Closer;
import dev.refractium.server.plugin.NormalForms;
import dev.refractium.server.plugin.PluginCalls;
import dev.refractium.server.plugin.PluginScan;
import dev.refractium.server.route.DatagramRules;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.upstream.Backends;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds a generation from a configuration and the installed protocols: whole, or not at all. One use, one thread. */
public final class GenerationBuilder {
    /** The longest wait for names, in milliseconds; slower lookups continue later. */
    private static final long NAMES_MS = 2_000;

    private static final String FALLBACK = "fallback";

    private final Config config;
    private final Protocols protocols;
    private final Backends backends;
    private final Problems problems = new Problems();
    private final Map<String, Route> fallbacks = new HashMap<>();
    private List<ListenerSpec> listeners = List.of();
    private Optional<Path> pluginsDirectory = Optional.empty();
    private PluginScan plugins = PluginScan.NONE;
    private Map<String, Hook> hooks = Map.of();
    private PluginCalls calls = new PluginCalls();
    private Optional<Generation> before = Optional.empty();

    public GenerationBuilder(Config config, Protocols protocols, Backends backends) {
        this.config = config;
        this.protocols = protocols;
        this.backends = backends;
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

    /** Sets the generation that the new one replaces: routes that stay continue with the state of its pools. */
    public GenerationBuilder after(Generation before) {
        this.before = Optional.of(before);
        return this;
    }

    /**
     * A generation, and the problems that keep it from being served.
     *
     * @param generation usable only if there are no problems
     */
    public record Built(Generation generation, List<Problem> problems) {}

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
        HookResolver watching = new HookResolver(
                config,
                new InstalledHooks(hooks, pluginsDirectory),
                before.map(Generation::hooks).orElse(List.of()),
                problems,
                new HookCalls(calls, plugins.accepted()));
        long number = before.map(Generation::number).orElse(0L) + 1;
        try (Closer closer = new Closer()) {
            closer.add(() -> Generation.closeHooks(List.of(parts(watching, Refusals.NONE))));
            Built built = new Built(generation(number, routes, watching), problems.all());
            closer.keep();
            return built;
        }
    }

    private Generation generation(long number, List<ResolvedRoute> routes, HookResolver watching)
            throws InterruptedException {
        Map<Transport, Map<String, RouteTable>> tables = new EnumMap<>(Transport.class);
        for (Transport transport : Transport.values()) {
            tables.put(transport, tables(transport, routes, watching));
        }
        Refusals refusals =
                Refusals.among(watching.of(List.of(), config.server().origin()));
        watching.judgeIdle();
        backends.awaitNames(NAMES_MS);
        checkBackends(routes);
        Generation.Source source = new Generation.Source(config, pluginsDirectory, listeners);
        return new Generation(number, source, new Tables(tables), parts(watching, refusals));
    }

    private Generation.Parts parts(HookResolver watching, Refusals refusals) {
        return new Generation.Parts(plugins, watching.all(), refusals, calls);
    }

    /** Makes the table of each listener of a transport. Routes that several listeners share are made once. */
    private Map<String, RouteTable> tables(Transport transport, List<ResolvedRoute> routes, HookResolver watching) {
        PoolBuilder pools = new PoolBuilder(config, transport, backends, before);
        Map<ResolvedRoute, Route> made = new LinkedHashMap<>();
        for (ResolvedRoute resolved : routes) {
            if (resolved.transports().contains(transport)) {
                List<LiveHook> hooks =
                        watching.of(resolved.config().hooks(), resolved.config().origin());
                made.put(resolved, route(resolved, pools, hooks));
            }
        }
        Map<String, RouteTable> tables = new HashMap<>();
        for (ListenerConfig listener : config.listening()) {
            if (listener.transports().contains(transport)) {
                Map<ResolvedRoute, Route> served = new LinkedHashMap<>(made);
                served.keySet().removeIf(route -> !route.config().selection().isOn(listener.name()));
                Optional<Route> fallback = fallback(listener, transport, pools, watching);
                tables.put(listener.name(), new TableBuilder(transport, fallback).table(served));
            }
        }
        return tables;
    }

    private Optional<Route> fallback(
            ListenerConfig listener, Transport transport, PoolBuilder pools, HookResolver watching) {
        Destination destination = config.fallback(listener, transport);
        if (config.servers(destination).isEmpty()) {
            return Optional.empty();
        }
        // A fallback of the listener's own, unless it is that of [server], which all listeners share.
        String name = config.listeners().isEmpty()
                        || listener.fallbacks().of(transport).isEmpty()
                ? FALLBACK
                : FALLBACK + "@" + listener.name();
        return Optional.of(fallbacks.computeIfAbsent(
                transport + " " + name,
                first -> new Route(
                        name,
                        pools.of(name, destination),
                        false,
                        DatagramRules.NONE,
                        false,
                        watching.of(List.of(), config.server().origin()))));
    }

    private Route route(ResolvedRoute resolved, PoolBuilder pools, List<LiveHook> hooks) {
        String name = resolved.config().label();
        return new Route(
                name,
                pools.of(name, resolved.config().destination()),
                resolved.config().handling().onUnhealthy() == OnFailure.FALLBACK,
                resolved.datagrams(),
                resolved.config().handling().onRemoved() == OnRemoved.CLOSE,
                hooks);
    }

    /**
     * Finds backends that are this server's own listeners, to which a session would be relayed for ever, and those that
     * the transport cannot reach.
     */
    private void checkBackends(List<ResolvedRoute> routes) {
        BackendCheck check = new BackendCheck(backends, listeners);
        for (ResolvedRoute route : routes) {
            for (Transport transport : route.transports()) {
                check.check(
                        config.servers(route.config().destination()),
                        transport,
                        route.config().origin(),
                        "forward_to");
            }
        }
        for (Transport transport : Transport.values()) {
            String key = Fallbacks.key(transport);
            check.check(
                    config.servers(config.server().listener().fallbacks().of(transport)),
                    transport,
                    config.server().origin(),
                    key);
            for (ListenerConfig listener : config.listeners()) {
                check.check(config.servers(listener.fallbacks().of(transport)), transport, listener.origin(), key);
            }
        }
        problems.addAll(check.problems());
    }
}
