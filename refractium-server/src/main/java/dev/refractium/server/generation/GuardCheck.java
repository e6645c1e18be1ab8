package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.Endpoint;
import dev.refractium.server.config.GuardConfig;
import dev.refractium.server.config.Origin;
import dev.refractium.server.config.PlacedFallback;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.RouteConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds routes that lead to one backend and differ in their guards: a connection is routed once, so that a client whom one
 * of them admits may go on to ask for what the other one guards. One use, one thread.
 */
final class GuardCheck {
    private final Config config;

    /** The first way of each guard to a backend: there may be ten thousand ways. */
    private final Map<Place, Map<GuardConfig, Way>> ways = new HashMap<>();

    private int count;

    GuardCheck(Config config) {
        this.config = config;
    }

    private record Place(Transport transport, Endpoint backend) {}

    /** One way to some backends; ways are numbered in their order. */
    private record Way(int number, Origin origin, GuardConfig guard) {
        Problem warning(Way other, Endpoint shared) {
            String key = guard.allow().equals(other.guard.allow()) ? "deny" : "allow";
            return origin.problem(
                    key,
                    "differs from that of " + other.origin.path() + " (" + other.origin.source() + "), which leads to "
                            + shared + " too: a connection is routed once, so that a client of one route may go on to"
                            + " ask for what the other one guards; use the same allow and deny, or separate backends");
        }
    }

    /** Returns a warning for each route whose guard differs from that of an earlier way to one of its backends. */
    List<Problem> warnings(List<ResolvedRoute> routes) {
        config.fallbacks().forEach(this::add);
        List<Problem> warnings = new ArrayList<>();
        for (ResolvedRoute route : routes) {
            RouteConfig keys = route.config();
            Way way = new Way(count++, keys.origin(), keys.handling().rules().guard());
            List<Endpoint> backends = config.addresses(keys.destination());
            warning(way, route.transports(), backends).ifPresent(warnings::add);
            add(way, route.transports(), backends);
        }
        return warnings;
    }

    /** Returns what is wrong beside the first way that has another guard and leads to one of these backends. */
    private Optional<Problem> warning(Way way, Set<Transport> transports, List<Endpoint> backends) {
        Way first = null;
        Endpoint shared = null;
        for (Endpoint backend : backends) {
            for (Transport transport : transports) {
                for (Way other : ways.getOrDefault(new Place(transport, backend), Map.of())
                        .values()) {
                    if (!other.guard.equals(way.guard) && (first == null || other.number < first.number)) {
                        first = other;
                        shared = backend;
                    }
                }
            }
        }
        return first == null || shared == null ? Optional.empty() : Optional.of(way.warning(first, shared));
    }

    private void add(Way way, Set<Transport> transports, List<Endpoint> backends) {
        for (Endpoint backend : backends) {
            for (Transport transport : transports) {
                ways.computeIfAbsent(new Place(transport, backend), first -> new HashMap<>())
                        .putIfAbsent(way.guard, way);
            }
        }
    }

    /** Nobody is kept from a fallback. */
    private void add(PlacedFallback fallback) {
        GuardConfig open = new GuardConfig(Optional.empty(), Optional.empty());
        List<Endpoint> backends = config.addresses(fallback.destination());
        add(new Way(count++, fallback.origin(), open), Set.of(fallback.transport()), backends);
    }
}
