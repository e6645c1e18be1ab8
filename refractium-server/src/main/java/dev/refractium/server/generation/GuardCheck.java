package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.Endpoint;
import dev.refractium.server.config.GuardConfig;
import dev.refractium.server.config.Origin;
import dev.refractium.server.config.PlacedFallback;
import dev.refractium.server.config.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds routes that lead to one backend and differ in their guards: a connection is routed once, so that a client whom one
 * of them admits may go on to ask for what the other one guards. One use, one thread.
 */
final class GuardCheck {
    private final Config config;
    private final List<Way> ways = new ArrayList<>();

    GuardCheck(Config config) {
        this.config = config;
    }

    /** One way to some backends. */
    private record Way(Origin origin, Set<Transport> transports, List<Endpoint> backends, GuardConfig guard) {
        /** Returns a backend that the other way leads to as well; empty if there is none. */
        Optional<Endpoint> shared(Way other) {
            return Collections.disjoint(transports, other.transports)
                    ? Optional.empty()
                    : backends.stream().filter(other.backends::contains).findFirst();
        }

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
            Way way = new Way(
                    route.config().origin(),
                    route.transports(),
                    config.addresses(route.config().destination()),
                    route.config().handling().rules().guard());
            ways.stream()
                    .filter(other -> !other.guard().equals(way.guard()))
                    .flatMap(other -> way.shared(other).map(backend -> way.warning(other, backend)).stream())
                    .findFirst()
                    .ifPresent(warnings::add);
            ways.add(way);
        }
        return warnings;
    }

    /** Nobody is kept from a fallback. */
    private void add(PlacedFallback fallback) {
        GuardConfig open = new GuardConfig(Optional.empty(), Optional.empty());
        List<Endpoint> backends = config.addresses(fallback.destination());
        ways.add(new Way(fallback.origin(), Set.of(fallback.transport()), backends, open));
    }
}
