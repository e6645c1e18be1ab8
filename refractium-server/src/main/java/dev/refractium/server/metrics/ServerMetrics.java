package dev.refractium.server.metrics;

import dev.refractium.server.report.HookCounts;
import dev.refractium.server.report.Measures;
import dev.refractium.server.report.Plugin;
import dev.refractium.server.report.Status;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Instant;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The metrics of the server as a whole: its state, limits, generations, plugins and hooks. */
final class ServerMetrics {
    private final Status status;
    private final Measures measures;

    ServerMetrics(Status status, Measures measures) {
        this.status = status;
        this.measures = measures;
    }

    void add(Families families) {
        addState(families);
        addLimits(families);
        addGenerations(families);
        addPlugins(families);
        addHooks(families);
    }

    private void addState(Families families) {
        String version = ServerMetrics.class.getPackage().getImplementationVersion();
        families.info("build", "The version of the server.", Labels.of("version", version == null ? "" : version));
        families.gauge("ready", "1 if the server is ready, as /ready answers.", Values.of(status.isReady()));
        families.gauge(
                "degraded",
                "1 if the server serves, but not all that it is configured for.",
                Values.of(status.state() == Status.State.DEGRADED));
        families.gauge(
                "config_in_sync",
                "1 if the running configuration is that of the files.",
                Values.of(measures.overall().inSync()));
        families.counter(
                "reloads_applied",
                "Reloads that were applied.",
                Values.of(measures.overall().applied()));
        families.counter(
                "reloads_refused",
                "Reloads that were refused.",
                Values.of(measures.overall().refused()));
        families.gauge("start_time_seconds", "When the server began to listen.", Values.of(seconds(status.since())));
        families.histogram(
                "loop_delay_seconds",
                "Time until an event loop answered the watchdog, which asks each four times a second.",
                Map.of(Labels.EMPTY, measures.overall().loops().delay()));
        families.gauge(
                "loops_stuck",
                "Event loops that do not answer.",
                Values.of(measures.overall().loops().stuck()));
        families.counter(
                "slow_plugin_calls", "Times that a plugin blocked an event loop.", counter("slow_plugin_calls"));
        families.counter("outages", "Times that a pool has lost its last live backend.", counter("outages"));
    }

    private Values counter(String name) {
        return Values.of(status.counters().getOrDefault(name, 0L));
    }

    private void addLimits(Families families) {
        Measures.Limits limits = measures.overall().limits();
        families.gauge("tcp_sessions", "Live TCP sessions.", Values.of(live("tcp")));
        families.gauge("tcp_max_sessions", "TCP sessions that may live at a time.", Values.of(limits.connections()));
        families.gauge("udp_flows", "Live UDP flows.", Values.of(live("udp")));
        families.gauge("udp_max_flows", "UDP flows that may live at a time.", Values.of(limits.flows()));
        Status.Memory memory = status.memory();
        families.gauge(
                "peek_memory_bytes",
                "Bytes held of sessions without a backend.",
                Values.of(memory.peekMemory().held()));
        families.gauge(
                "peek_memory_max_bytes",
                "Bytes that may be held of sessions without a backend.",
                Values.of(memory.peekMemory().limit()));
        families.gauge(
                "relay_memory_bytes",
                "Bytes held for peers that do not take them.",
                Values.of(memory.relayMemory().held()));
        families.gauge(
                "relay_memory_max_bytes",
                "Bytes that may be held for peers that do not take them.",
                Values.of(memory.relayMemory().limit()));
    }

    private long live(String transport) {
        return measures.sessions().stream()
                .filter(sessions -> sessions.listener().transport().equals(transport))
                .mapToLong(sessions -> sessions.counts().live())
                .sum();
    }

    private void addGenerations(Families families) {
        families.gauge("generation", "The number of the current generation.", Values.of(status.generation()));
        families.gauge(
                "generations",
                "Generations that live.",
                Values.of(status.generations().size()));
        families.gauge(
                "old_generation_sessions",
                "Live sessions of older generations.",
                Values.of(status.generations().stream()
                        .filter(generation -> generation.number() != status.generation())
                        .mapToInt(Status.Generation::sessions)
                        .sum()));
        families.gauge(
                "oldest_generation_time_seconds",
                "When the oldest generation that lives was made.",
                Values.of(status.generations().stream()
                        .findFirst() // They are in their order.
                        .map(oldest -> seconds(oldest.since()))
                        .orElse(0.0)));
    }

    private void addPlugins(Families families) {
        long refused = status.plugins().stream()
                .filter(plugin -> plugin.refused().isPresent())
                .count();
        families.gauge("plugins", "Plugins in use.", Values.of(status.plugins().size() - refused));
        families.gauge("plugins_refused", "JARs that cannot be used.", Values.of(refused));
        families.gauge(
                "plugins_old",
                "Plugins that only older generations use.",
                Values.of(status.plugins().stream().filter(this::isOld).count()));
        families.gauge(
                "plugins_uncollected",
                "Plugins that are stopped and still in memory.",
                Values.of(status.uncollectedPlugins()));
    }

    private boolean isOld(Plugin plugin) {
        return plugin.refused().isEmpty() && !plugin.generations().contains(status.generation());
    }

    private void addHooks(Families families) {
        families.gauge(
                "hooks",
                "Hooks of the current generation.",
                Values.of(status.hooks().size()));
        families.gauge(
                "hooks_ejected",
                "Hooks that threw too often and are no longer called.",
                sum(hook -> hook.ejected() ? 1 : 0));
        families.gauge("hook_memory_bytes", "Bytes that wait for hooks.", sum(HookCounts::memory));
        families.counter("hook_sessions", "Sessions that hooks have watched.", sum(HookCounts::opened));
        families.counter("hook_missed_sessions", "Sessions that hooks were not asked about.", sum(HookCounts::missed));
        families.counter("hook_bytes", "Bytes that hooks have received.", sum(HookCounts::bytes));
        families.counter("hook_lost_bytes", "Bytes that hooks wanted and did not receive.", sum(HookCounts::lostBytes));
        families.counter("hook_faults", "Exceptions of hooks.", sum(HookCounts::faults));
    }

    private Values sum(ToLongFunction<HookCounts> which) {
        return Values.of(status.hooks().values().stream().mapToLong(which).sum());
    }

    private static double seconds(Instant time) {
        return time.toEpochMilli() / 1e3;
    }
}
