package dev.refractium.server.operate;

import dev.refractium.api.Transport;
import dev.refractium.server.engine.Engine;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.SessionLimits;
import dev.refractium.server.net.Binding;
import dev.refractium.server.net.WatchedName;
import dev.refractium.server.plugin.PluginCalls;
import dev.refractium.server.reload.PluginReport;
import dev.refractium.server.reload.ReloadAttempt;
import dev.refractium.server.report.HookCounts;
import dev.refractium.server.report.Plugin;
import dev.refractium.server.report.Status;
import dev.refractium.server.route.NameMap;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.Listener;
import dev.refractium.server.text.Addresses;
import dev.refractium.server.text.Words;
import dev.refractium.server.upstream.Backend;
import dev.refractium.server.upstream.Backends;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.Source;
import dev.refractium.server.upstream.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Takes the {@link Status} of a running server. Any thread. */
final class StatusReader {
    private final ServerParts server;
    private final BackendOrders orders;
    private final Engine engine;
    private final StartTime start;
    private final BooleanSupplier closed;

    StatusReader(ServerParts server, BackendOrders orders, StartTime start, BooleanSupplier closed) {
        this.server = server;
        this.orders = orders;
        this.engine = server.engine();
        this.start = start;
        this.closed = closed;
    }

    Status read() {
        Generation current = engine.current();
        SessionCounts counts = SessionCounts.of(engine.sessions());
        List<String> unready = unready();
        List<String> degraded = degraded(current);
        SessionLimits limits = current.limits();
        return new Status(
                unready.isEmpty()
                        ? degraded.isEmpty() ? Status.State.READY : Status.State.DEGRADED
                        : Status.State.NOT_READY,
                unready.isEmpty() ? degraded : unready,
                ProcessHandle.current().pid(),
                start.time(),
                current.number(),
                server.request().files().configName(),
                engine.sessions().live(),
                listeners(),
                generations(counts),
                routes(current, counts),
                plugins(current),
                engine.uncollected(),
                hooks(current),
                server.resources().backends().all().stream()
                        .filter(backend -> backend.isNamed() || backend.sessions() > 0)
                        .map(this::backend)
                        .toList(),
                server.resources().backends().named().stream()
                        .filter(name -> name.source().isNamed())
                        .map(StatusReader::name)
                        .toList(),
                pools(current),
                new Status.Memory(
                        new Status.Budget(engine.peekHeld(), limits.peek().memory()),
                        new Status.Budget(engine.relayHeld(), limits.relay().memory())),
                server.reloads().reloader().last(),
                counters());
    }

    /** Returns why the server is not ready; empty if it is. */
    List<String> unready() {
        List<String> reasons = new ArrayList<>();
        if (closed.getAsBoolean()) {
            reasons.add("the server is ending: it accepts nothing new");
        } else {
            reasons.addAll(engine.listenerTroubles());
        }
        for (String loop : engine.stuck()) {
            reasons.add("event loop " + loop + " does not answer, so its sessions stand still; the log has its stack");
        }
        return reasons;
    }

    private List<String> degraded(Generation current) {
        ReloadAttempt reloads = server.reloads();
        PluginCalls calls = server.resources().calls();
        List<String> reasons = new ArrayList<>();
        reloads.reloader().degraded().stream().flatMap(String::lines).forEach(reasons::add);
        for (List<String> more :
                List.of(reloads.rollback().reasons(), calls.hanging(), engine.waitingListeners(), engine.unapplied())) {
            more.stream().flatMap(String::lines).forEach(reasons::add);
        }
        for (Transport transport : current.transports()) {
            current.routes(transport).stream()
                    .filter(route -> !route.pool().isLive())
                    .map(route -> withoutBackend(transport, route))
                    .forEach(reasons::add);
        }
        return reasons;
    }

    private static String withoutBackend(Transport transport, Route route) {
        return route.pool().backends().stream()
                .map(backend -> backend + state(backend))
                .collect(Collectors.joining(
                        ", ", "route " + route.name() + " (" + Words.of(transport) + ") has no live backend: ", ""));
    }

    private static String state(Backend backend) {
        if (!backend.isOpen()) {
            return " takes no new sessions by an operator's order";
        }
        return backend.source().isUnresolved() ? " unresolved" : " down";
    }

    private List<Status.Listener> listeners() {
        List<Status.Listener> listeners = new ArrayList<>();
        for (Listener listener : engine.listeners().all()) {
            Binding binding = listener.binding();
            listeners.add(new Status.Listener(
                    listener.name(), Words.of(binding.transport()), Addresses.text(binding.address())));
        }
        return listeners;
    }

    private List<Status.Generation> generations(SessionCounts counts) {
        List<Status.Generation> generations = new ArrayList<>();
        for (Generation generation : engine.generations().live()) {
            Map<String, Integer> byAge = counts.byAge(generation.number());
            int sessions = byAge.values().stream().mapToInt(Integer::intValue).sum();
            generations.add(new Status.Generation(generation.number(), generation.born(), sessions, byAge));
        }
        return generations;
    }

    /**
     * Uses the names of sessions and the log, which also name the routes of silence and the fallback. A map is one route,
     * with the sessions of all of its destinations.
     */
    private static List<Status.Route> routes(Generation current, SessionCounts counts) {
        List<Status.Route> routes = new ArrayList<>();
        for (Transport transport : current.transports()) {
            Map<Route, NameMap> maps = NameMap.byRoute(current.maps(transport));
            Map<Object, Status.Route> rows = new LinkedHashMap<>();
            for (Route route : current.routes(transport)) {
                NameMap map = maps.get(route);
                Status.Route row = new Status.Route(
                        map == null ? route.name() : map.label(),
                        Words.of(transport),
                        map == null ? route.sharedPool() : Optional.empty(),
                        map == null ? backends(route) : map.texts(),
                        counts.of(transport, route.name()));
                rows.merge(map == null ? route : map.label(), row, StatusReader::together);
            }
            routes.addAll(rows.values());
        }
        return routes;
    }

    private static List<String> backends(Route route) {
        return route.pool().backends().stream().map(Backend::toString).toList();
    }

    private static Status.Route together(Status.Route one, Status.Route other) {
        return new Status.Route(
                one.name(), one.transport(), one.pool(), one.backends(), one.sessions() + other.sessions());
    }

    private static List<Status.Pool> pools(Generation current) {
        Map<String, Status.Pool> pools = new LinkedHashMap<>();
        for (Route route : current.routes(Transport.TCP)) {
            Pool pool = route.pool();
            pools.putIfAbsent(
                    pool.name(),
                    new Status.Pool(
                            pool.name(), pool.queue().size(), pool.handling().mayWait()));
        }
        return List.copyOf(pools.values());
    }

    /** Returns the plugins of the current generation, then those that only older ones still use. */
    private List<Plugin> plugins(Generation current) {
        Map<Plugin, List<Long>> users = new LinkedHashMap<>();
        PluginReport.of(current.scan()).forEach(plugin -> users.put(plugin, new ArrayList<>()));
        for (Generation generation : engine.generations().live()) {
            for (Plugin plugin : PluginReport.of(generation.scan())) {
                if (plugin.refused().isEmpty()) {
                    users.computeIfAbsent(plugin, first -> new ArrayList<>()).add(generation.number());
                }
            }
        }
        List<Plugin> plugins = new ArrayList<>();
        users.forEach((plugin, generations) -> plugins.add(plugin.usedBy(generations)));
        return plugins;
    }

    private static Map<String, HookCounts> hooks(Generation current) {
        Map<String, HookCounts> counts = new TreeMap<>();
        current.hooks()
                .forEach(hook -> counts.put(hook.live().name(), hook.live().counts()));
        return counts;
    }

    private Status.Backend backend(Source backend) {
        return new Status.Backend(
                backend.toString(),
                Words.of(backend.transport()),
                backend.isUnresolved() ? "unresolved" : Words.of(backend.health()),
                backend.since().stream().mapToObj(start::at).findFirst(),
                backend.failures(),
                backend.targets().size(),
                backend.usable(),
                backend.sessions(),
                backend.drainingSessions(),
                orders.of(backend.toString()));
    }

    private static Status.Name name(Backends.Named name) {
        WatchedName.Report report = name.report();
        return new Status.Name(
                name.source().toString(),
                report.source(),
                report.answered()
                        .map(time -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - time))
                        .orElse(-1L),
                report.ttl().toMillis(),
                name.source().targets().stream().map(Target::description).toList(),
                report.trouble());
    }

    private Map<String, Long> counters() {
        Map<String, Long> counters = new TreeMap<>();
        counters.put(Status.BYTES, engine.sessions().bytes());
        counters.put("outages", engine.outages());
        counters.put("slow_plugin_calls", engine.slowPluginCalls());
        engine.sessions().ends().forEach((end, count) -> counters.put(Status.ENDED + end.label(), count));
        engine.sessions().fallbacks().forEach((end, count) -> counters.put(Status.FALLBACK + end.label(), count));
        return counters;
    }
}
