package dev.refractium.server.operate;

import dev.refractium.server.config.ConfigException;
import dev.refractium.server.config.Problem;
import dev.refractium.server.control.Administration;
import dev.refractium.server.control.CloseRequest;
import dev.refractium.server.control.ReloadReport;
import dev.refractium.server.control.ReloadReport.Outcome;
import dev.refractium.server.control.RequestRefusedException;
import dev.refractium.server.control.StatusReport;
import dev.refractium.server.control.StatusReport.Generation;
import dev.refractium.server.control.StatusReport.Listener;
import dev.refractium.server.control.StatusReport.Plugin;
import dev.refractium.server.control.StatusReport.Route;
import dev.refractium.server.control.StatusReport.State;
import dev.refractium.server.engine.Engine;
import dev.refractium.server.engine.EnvironmentException;
import dev.refractium.server.reload.RoutingTable;
import dev.refractium.server.report.BackendInfo;
import dev.refractium.server.report.GenerationInfo;
import dev.refractium.server.report.PluginInfo;
import dev.refractium.server.report.ReloadInfo;
import dev.refractium.server.report.RouteInfo;
import dev.refractium.server.report.Status;
import dev.refractium.server.text.Addresses;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** A server as its control socket sees it. Any thread. */
public final class ServerAdministration implements Administration {
    private final ServerParts server;
    private final Engine engine;
    private final SessionCloser closing;
    private final BooleanSupplier closed;
    private final Instant since = Instant.now();

    /** @param closed returns whether the server is closing or closed */
    public ServerAdministration(ServerParts server, SessionCloser closing, BooleanSupplier closed) {
        this.server = server;
        this.engine = server.engine();
        this.closing = closing;
        this.closed = closed;
    }

    @Override
    public StatusReport status() {
        Status status = StatusReader.of(server);
        SessionCounts census = SessionCounts.of(engine.sessions());
        List<String> unready = unready(status);
        List<String> degraded = new ArrayList<>();
        status.degraded().stream().flatMap(String::lines).forEach(degraded::add);
        degraded.addAll(routesWithoutBackend());
        long current = current(status).number();
        return new StatusReport(
                unready.isEmpty() ? degraded.isEmpty() ? State.READY : State.DEGRADED : State.NOT_READY,
                unready.isEmpty() ? degraded : unready,
                ProcessHandle.current().pid(),
                since,
                current,
                status.plan().configFile().map(Path::toString),
                listeners(status),
                status.generations().stream()
                        .map(generation -> generation(generation, census))
                        .toList(),
                routes(census),
                plugins(status),
                status.uncollectedPlugins(),
                status.backends().stream().map(ServerAdministration::backend).toList(),
                status.lastReload().map(last -> report(last, current)),
                counters(status));
    }

    @Override
    public ReloadReport reload() throws RequestRefusedException {
        if (closed.getAsBoolean()) {
            throw new RequestRefusedException("the server is ending; it takes no other configuration");
        }
        try {
            Optional<Long> generation =
                    server.reloads().reloader().reloadSoon(server.resources().calls()::underWay);
            if (generation.isEmpty()) {
                throw new RequestRefusedException(
                        obstacle() + "; yours is asked for, and `refractium status` tells what comes of it");
            }
            return new ReloadReport(Instant.now(), Outcome.APPLIED, generation.get(), List.of());
        } catch (ConfigException e) {
            return refused(e.problems().stream().map(Problem::toString).toList());
        } catch (EnvironmentException e) {
            return refused(List.of(String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RequestRefusedException("the server is ending; it takes no other configuration");
        }
    }

    @Override
    public int close(CloseRequest request) throws RequestRefusedException {
        return closing.close(request);
    }

    /** Returns what keeps the thread that reloads, in words. */
    private String obstacle() {
        String kept =
                server.reloads().reloader().isRunning() ? "a reload is under way" : "the thread that reloads is busy";
        return server.resources()
                .calls()
                .underWay()
                .map(call -> kept + ": " + call)
                .orElse(kept);
    }

    private ReloadReport refused(List<String> problems) {
        return new ReloadReport(
                Instant.now(), Outcome.REFUSED, engine.generations().current().number(), problems);
    }

    private static ReloadReport report(ReloadInfo reload, long current) {
        return new ReloadReport(
                reload.at(),
                reload.error().isPresent() ? Outcome.REFUSED : Outcome.APPLIED,
                reload.error().isPresent() ? current : reload.generation(),
                reload.error().stream().flatMap(String::lines).toList());
    }

    private List<String> unready(Status status) {
        List<String> reasons = new ArrayList<>();
        if (closed.getAsBoolean()) {
            reasons.add("the server is ending: it accepts nothing new");
        }
        reasons.addAll(closed.getAsBoolean() ? List.of() : status.listenerTroubles());
        for (String loop : status.stuckLoops()) {
            reasons.add(
                    "event loop " + loop + " does not answer, so its sessions stand still; the log says where it is");
        }
        return reasons;
    }

    private List<String> routesWithoutBackend() {
        List<String> reasons = new ArrayList<>();
        for (var transport : engine.current().transports()) {
            for (var route : engine.current().routes(transport)) {
                if (!route.pool().isLive()) {
                    String backends = route.pool().backends().stream()
                            .map(backend -> backend + (backend.source().isUnresolved() ? " unresolved" : " down"))
                            .collect(Collectors.joining(", "));
                    reasons.add(
                            "route " + route.name() + " (" + lower(transport) + ") has no live backend: " + backends);
                }
            }
        }
        return reasons;
    }

    private static List<Listener> listeners(Status status) {
        List<Listener> listeners = new ArrayList<>();
        status.tcp().ifPresent(address -> listeners.add(new Listener("tcp", Addresses.text(address))));
        status.udp().ifPresent(address -> listeners.add(new Listener("udp", Addresses.text(address))));
        return listeners;
    }

    private static GenerationInfo current(Status status) {
        return status.generations().get(status.generations().size() - 1);
    }

    private static Generation generation(GenerationInfo generation, SessionCounts census) {
        Map<String, Integer> byAge = census.byAge(generation.number());
        int sessions = byAge.values().stream().mapToInt(Integer::intValue).sum();
        return new Generation(generation.number(), generation.since(), sessions, byAge);
    }

    /** By the names that sessions and the log know them by: those of silence and of the rest have one too. */
    private List<Route> routes(SessionCounts census) {
        List<Route> routes = new ArrayList<>();
        for (var transport : engine.current().transports()) {
            for (var route : engine.current().routes(transport)) {
                RouteInfo line = RoutingTable.line(transport, route.name(), route);
                int sessions = census.of(transport, route.name());
                routes.add(new Route(line.taken(), lower(transport), line.backends(), sessions));
            }
        }
        return routes;
    }

    /** The current generation's, then what only older ones still use. */
    private static List<Plugin> plugins(Status status) {
        Map<PluginInfo, List<Long>> users = new LinkedHashMap<>();
        current(status).plugins().forEach(plugin -> users.put(plugin, new ArrayList<>()));
        for (GenerationInfo generation : status.generations()) {
            for (PluginInfo plugin : generation.plugins()) {
                if (plugin.refused().isEmpty()) {
                    users.computeIfAbsent(plugin, first -> new ArrayList<>()).add(generation.number());
                }
            }
        }
        List<Plugin> plugins = new ArrayList<>();
        users.forEach((plugin, generations) -> plugins.add(new Plugin(
                plugin.file(),
                plugin.id(),
                plugin.version(),
                plugin.sha256(),
                plugin.provides(),
                generations,
                plugin.refused())));
        return plugins;
    }

    private static StatusReport.Backend backend(BackendInfo backend) {
        return new StatusReport.Backend(
                backend.address(),
                lower(backend.transport()),
                backend.health(),
                backend.failures(),
                backend.addresses(),
                backend.usable());
    }

    private static Map<String, Long> counters(Status status) {
        Map<String, Long> counters = new TreeMap<>();
        counters.put("bytes", status.bytes());
        counters.put("slow_plugin_calls", status.slowPluginCalls());
        status.ends().forEach((end, count) -> counters.put("ended." + end, count));
        status.fallbacks().forEach((end, count) -> counters.put("fallback." + end, count));
        return counters;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
