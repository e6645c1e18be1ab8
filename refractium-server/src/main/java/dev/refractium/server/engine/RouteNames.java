package dev.refractium.server.engine;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.route.Route;
import dev.refractium.server.upstream.Source;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The names that the log has for the users of a backend. */
final class RouteNames {
    private RouteNames() {}

    /** Sets at each backend of {@code generation} which of its routes relay there. */
    static void set(Generation generation) {
        Map<Source, Set<String>> names = new HashMap<>();
        for (Transport transport : Transport.values()) {
            for (Route route : generation.routes(transport)) {
                for (Source source : route.pool().sources()) {
                    names.computeIfAbsent(source, first -> new LinkedHashSet<>())
                            .add(route.name());
                }
            }
        }
        names.forEach(Source::namedBy);
    }
}
