package dev.refractium.server;

import dev.refractium.server.control.Administration;
import dev.refractium.server.control.CloseRequest;
import dev.refractium.server.control.ReloadReport;
import dev.refractium.server.control.RequestRefusedException;
import dev.refractium.server.control.StatusReport;
import dev.refractium.server.control.StatusReport.Generation;
import dev.refractium.server.control.StatusReport.Listener;
import dev.refractium.server.control.StatusReport.Plugin;
import dev.refractium.server.control.StatusReport.Route;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A server as its control socket sees it. Any thread. */
final class RunningServer implements Administration {
    private final Refractium server;
    private final Instant since;

    RunningServer(Refractium server, Instant since) {
        this.server = server;
        this.since = since;
    }

    @Override
    public StatusReport status() {
        Status status = server.status();
        Plan plan = status.plan();
        return new StatusReport(
                StatusReport.State.READY,
                List.of(),
                ProcessHandle.current().pid(),
                since,
                1,
                plan.configFile().map(Path::toString),
                listeners(status),
                List.of(new Generation(1, since, status.sessions(), Map.of())),
                plan.routes().stream().map(RunningServer::route).toList(),
                plan.plugins().stream().map(RunningServer::plugin).toList(),
                status.backends().stream().map(RunningServer::backend).toList(),
                Optional.empty(),
                counters(status));
    }

    @Override
    public ReloadReport reload() throws RequestRefusedException {
        throw new RequestRefusedException("reload is not there yet; restart the server to apply changes");
    }

    @Override
    public int close(CloseRequest request) throws RequestRefusedException {
        throw new RequestRefusedException("close is not there yet; SIGTERM ends all sessions");
    }

    private static List<Listener> listeners(Status status) {
        List<Listener> listeners = new ArrayList<>();
        status.tcp().ifPresent(address -> listeners.add(new Listener("tcp", text(address))));
        status.udp().ifPresent(address -> listeners.add(new Listener("udp", text(address))));
        return listeners;
    }

    private static String text(InetSocketAddress socket) {
        String host = socket.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + socket.getPort();
    }

    private static Route route(RouteInfo route) {
        return new Route(route.taken(), lower(route.transport()), route.backends());
    }

    private static Plugin plugin(PluginInfo plugin) {
        return new Plugin(
                plugin.file(),
                plugin.id(),
                plugin.version(),
                plugin.sha256(),
                plugin.provides(),
                plugin.refused().isEmpty() ? List.of(1L) : List.of(),
                plugin.refused());
    }

    private static StatusReport.Backend backend(BackendInfo backend) {
        return new StatusReport.Backend(
                backend.address(), lower(backend.transport()), backend.health(), backend.failures());
    }

    private static Map<String, Long> counters(Status status) {
        Map<String, Long> counters = new TreeMap<>();
        counters.put("bytes", status.bytes());
        status.ends().forEach((end, count) -> counters.put("ended." + end, count));
        status.fallbacks().forEach((end, count) -> counters.put("fallback." + end, count));
        return counters;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
