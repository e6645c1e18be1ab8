package dev.refractium.server.metrics;

import dev.refractium.server.report.Measures;
import dev.refractium.server.report.Status;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** The metrics of sessions: how many, how they ended, what they moved, how long their parts took. */
final class SessionMetrics {
    private SessionMetrics() {}

    static void add(Families families, Status status, Measures measures) {
        Values opened = new Values();
        measures.listeners().forEach(listener -> opened.add(labels(listener), listener.opened()));
        families.counter("sessions_opened", "Sessions that have begun.", opened);
        families.gauge("sessions", "Sessions that are alive.", byRoute(measures, Measures.Counts::live));
        families.counter(
                "sessions_routed", "Sessions that have taken the route.", byRoute(measures, Measures.Counts::routed));
        families.counter("sessions_ended", "Sessions that have ended, or were refused.", ends(measures));
        families.counter(
                "from_client_bytes",
                "Bytes that clients have sent to backends.",
                byRoute(measures, Measures.Counts::fromClient));
        families.counter(
                "from_backend_bytes",
                "Bytes that backends have sent to clients.",
                byRoute(measures, Measures.Counts::fromBackend));
        Values fallbacks = new Values();
        status.fallbacks().forEach((reason, count) -> {
            if (count > 0) {
                fallbacks.add(Labels.of("reason", reason), count);
            }
        });
        families.counter("fallbacks", "Sessions that went to a fallback instead of ending for the reason.", fallbacks);
        families.histogram(
                "identification_seconds",
                "Time from a client's arrival until the decision where it goes.",
                times(measures, Measures.Times::identification));
        families.histogram(
                "dial_seconds",
                "Time from the first attempt to connect until a backend is connected.",
                times(measures, Measures.Times::dial));
        families.histogram(
                "first_byte_seconds",
                "Time from the connected backend until its first byte.",
                times(measures, Measures.Times::firstByte));
    }

    private static Values byRoute(Measures measures, ToLongFunction<Measures.Counts> count) {
        Values values = new Values();
        for (Measures.Sessions sessions : measures.sessions()) {
            values.add(labels(sessions), count.applyAsLong(sessions.counts()));
        }
        return values;
    }

    private static Values ends(Measures measures) {
        Values values = new Values();
        for (Measures.Sessions sessions : measures.sessions()) {
            sessions.counts()
                    .ended()
                    .forEach((reason, count) -> values.add(labels(sessions).add("reason", reason), count));
        }
        return values;
    }

    private static Map<Labels, Measures.Histogram> times(
            Measures measures, Function<Measures.Times, Measures.Histogram> which) {
        Map<Labels, Measures.Histogram> values = new LinkedHashMap<>();
        for (Measures.Times times : measures.times()) {
            Measures.Histogram histogram = which.apply(times);
            if (histogram.counts().stream().anyMatch(count -> count > 0)) {
                values.put(labels(times.listener()).add("protocol", times.protocol()), histogram);
            }
        }
        return values;
    }

    private static Labels labels(Measures.Sessions sessions) {
        return labels(sessions.listener()).add("protocol", sessions.protocol()).add("route", sessions.route());
    }

    private static Labels labels(Measures.Listener listener) {
        return Labels.of("listener", listener.name(), "transport", listener.transport());
    }
}
