package dev.refractium.server.generation;

import dev.refractium.server.text.NameTable;
import java.nio.file.Path;
import java.util.List;

/**
 * The map of a route, as it was read.
 *
 * @param key the attribute that is looked up
 * @param names the value of each is an index in {@code routes}
 * @param routes the same route to each destination of the map
 */
record ResolvedMap(Path file, String key, NameTable names, List<ResolvedRoute> routes) {
    ResolvedMap {
        routes = List.copyOf(routes);
    }
}
