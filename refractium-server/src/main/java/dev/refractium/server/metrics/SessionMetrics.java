package dev.refractium.server.metrics;

import dev.refractium.server.report.Measures;
import dev.refractium.server.report.Status;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** The metrics of sessions: how many, how they ended, what they moved, how long their parts took. */
final class SessionMetrics {
    private SessionMetrics() {}

    /** The counts of one route with their labels, which are made once for all metrics: there may be thousands. */
    private record Labelled(Labels labels, Measures.Counts counts) {}

    static void add(Families families, Status status, Measures measures) {
        List<Labelled> routes = measures.sessions().stream()
                .map(sessions -> new Labelled(labels(sessions), sessions.counts()))
                .toList();
        Values opened = new Values();
        measures.listeners().forEach(listener -> opened.add(labels(listener), listener.opened()));
        families.counter("sessions_opened", "Sessions that have begun.", opened);
        families.gauge("sessions", "Sessions that are alive.", byRoute(routes, Measures.Counts::live));
        families.counter(
                "sessions_routed", "Sessions that have taken the route.", byRoute(routes, Measures.Counts::routed));
        families.counter("sessions_ended", "Sessions that have ended, or were refused.", ends(routes));
        families.counter(
                "from_client_bytes",
                "Bytes that clients have sent to backends.",
                byRoute(routes, Measures.Counts::fromClient));
        families.counter(
                "from_backend_bytes",
                "Bytes that backends have sent to clients.",
                byRoute(routes, Measures.Counts::fromBackend));
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

    private static Values byRoute(List<Labelled> routes, ToLongFunction<Measures.Counts> count) {
        Values values = new Values();
        routes.forEach(route -> values.add(route.labels(), count.applyAsLong(route.counts())));
        return values;
    }

    private static Values ends(List<Labelled> routes) {
        Values values = new Values();
        for (Labelled route : routes) {
            route.counts()
                    .ended()
                    .forEach((reason, count) -> values.add(route.labels().add("reason", reason), count));
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
        Measures.Listener listener = sessions.listener();
        return Labels.of(
                "listener",
                listener.name(),
                "protocol",
                sessions.protocol(),
                "route",
                sessions.route(),
                "transport",
                listener.transport());
    }

    private static Labels labels(Measures.Listener listener) {
        return Labels.of("listener", listener.name(), "transport", listener.transport());
    }
}
