package dev.refractium.server.metrics;

import dev.refractium.server.report.Measures;
import dev.refractium.server.report.Status;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The metrics of routes' pools and their backends. A backend has a series for each pool that names it, with the figures
 * of all of them; if there are too many backends, those of a pool are one series without the label.
 */
final class BackendMetrics {
    private final Status status;
    private final Measures measures;
    private final boolean folded;

    BackendMetrics(Status status, Measures measures) {
        this.status = status;
        this.measures = measures;
        this.folded = measures.members().size() > measures.overall().limits().series();
    }

    void add(Families families) {
        addPools(families);
        addBackends(families);
        families.gauge(
                "series_folded",
                "1 if backends are folded into their pools, since there are too many.",
                Values.of(folded));
    }

    private void addPools(Families families) {
        Values all = new Values();
        Values up = new Values();
        for (Measures.Member member : measures.members()) {
            Labels pool = pool(member.pool(), member.transport());
            all.add(pool, 1);
            up.add(pool, member.up() ? 1 : 0);
        }
        families.gauge("pool_backends", "Backends of the pool.", all);
        families.gauge("pool_backends_up", "Backends of the pool that take new sessions.", up);
        Values ofRoutes = new Values();
        for (Status.Route route : status.routes()) {
            Labels pool = pool(route.pool().orElse(route.name()), route.transport());
            ofRoutes.add(
                    Labels.of("route", route.name(), "transport", route.transport()),
                    up.all().getOrDefault(pool, 0.0));
        }
        families.gauge("route_backends_up", "Backends of the route's pool that take new sessions.", ofRoutes);
        Values waiting = new Values();
        Values queue = new Values();
        for (Status.Pool pool : status.pools()) {
            waiting.add(pool(pool.name(), "tcp"), pool.waiting());
            queue.add(pool(pool.name(), "tcp"), pool.queue());
        }
        families.gauge("pool_queue_sessions", "Sessions that wait for a place at a backend.", waiting);
        families.gauge("pool_queue_max_sessions", "Sessions that may wait for a place at a backend.", queue);
    }

    private void addBackends(Families families) {
        Map<String, Status.Backend> byAddress = new HashMap<>();
        status.backends().forEach(backend -> byAddress.put(backend.transport() + " " + backend.address(), backend));
        Values up = new Values();
        Values weight = new Values();
        Values sessions = new Values();
        Values failures = new Values();
        Set<String> named = new HashSet<>();
        for (Measures.Member member : measures.members()) {
            Labels labels = backend(member.pool(), member.transport(), member.backend());
            String key = member.transport() + " " + member.backend();
            named.add(key);
            up.add(labels, member.up() ? 1 : 0);
            weight.add(labels, member.weight());
            Status.Backend backend = byAddress.get(key);
            if (backend != null) {
                sessions.add(labels, backend.sessions());
                failures.add(labels, backend.failures());
            }
        }
        for (Map.Entry<String, Status.Backend> left : byAddress.entrySet()) {
            if (!named.contains(left.getKey())) {
                Labels labels =
                        backend("", left.getValue().transport(), left.getValue().address());
                sessions.add(labels, left.getValue().sessions());
                failures.add(labels, left.getValue().failures());
            }
        }
        families.gauge("backend_up", "1 if the backend takes new sessions.", up);
        families.gauge("backend_weight", "Weight of the backend in its pool.", weight);
        families.gauge("backend_sessions", "Live sessions of the backend, of all pools.", sessions);
        families.counter("backend_failures", "Connects, probes and flows that have failed.", failures);
    }

    private Labels backend(String pool, String transport, String address) {
        return folded ? pool(pool, transport) : Labels.of("backend", address, "pool", pool, "transport", transport);
    }

    private static Labels pool(String name, String transport) {
        return Labels.of("pool", name, "transport", transport);
    }
}
