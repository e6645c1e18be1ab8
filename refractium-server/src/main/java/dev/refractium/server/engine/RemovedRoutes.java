package dev.refractium.server.engine;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.Generations;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Session;
import dev.refractium.server.session.Sessions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the sessions of routes that the current generation no longer has, if the route had {@code on_removed = "close"}.
 * One use, on the thread that reloads.
 */
final class RemovedRoutes {
    private static final Logger log = LoggerFactory.getLogger(RemovedRoutes.class);

    private final Generations generations;
    private final Sessions sessions;
    private final Map<Long, Set<Place>> gone = new HashMap<>();

    RemovedRoutes(Generations generations, Sessions sessions) {
        this.generations = generations;
        this.sessions = sessions;
    }

    private record Place(Transport transport, String route) {}

    void run() {
        for (Generation generation : generations.live()) {
            Set<Route> ended = new HashSet<>();
            for (Transport transport : Transport.values()) {
                Set<Route> removed = removed(generation, transport);
                removed.forEach(route -> gone.computeIfAbsent(generation.number(), n -> new HashSet<>())
                        .add(new Place(transport, route.name())));
                ended.addAll(removed);
            }
            // First marks the route, then looks for its sessions: a session that is routed later ends itself.
            generation.end(ended);
        }
        int ended = gone.isEmpty() ? 0 : sessions.cut(this::isGone, EndReason.ROUTE_REMOVED);
        if (ended > 0) {
            log.info("sessions ended reason=route-removed count={}", ended);
        }
    }

    private Set<Route> removed(Generation generation, Transport transport) {
        Generation current = generations.current();
        return generation.routes(transport).stream()
                .filter(Route::endsIfRemoved)
                .filter(route -> current.route(transport, route.name()).isEmpty())
                .collect(Collectors.toSet());
    }

    private boolean isGone(Session session) {
        String route = session.route();
        return route != null
                && gone.getOrDefault(session.generation(), Set.of()).contains(new Place(session.transport(), route));
    }
}
