package dev.refractium.server.route;

import dev.refractium.api.Identification;
import dev.refractium.server.text.NameTable;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A map as a table of routes has it: the values of an attribute, found by name, each with the route that takes its
 * sessions. Immutable; any thread.
 */
public final class NameMap {
    private final String label;
    private final Path file;
    private final String key;
    private final NameTable names;
    private final List<Route> routes;
    private final Decision[] decisions;

    /**
     * @param label the name of the route that goes by the map
     * @param file as the configuration has it
     * @param key the attribute that is looked up
     * @param names the value of each is an index in {@code routes}
     * @param routes a route for each destination
     */
    public NameMap(String label, Path file, String key, NameTable names, List<Route> routes) {
        this.label = label;
        this.file = file;
        this.key = key;
        this.names = names;
        this.routes = List.copyOf(routes);
        this.decisions = routes.stream()
                .map(route -> new Decision(Decision.Reason.ROUTED, route, this))
                .toArray(Decision[]::new);
    }

    /** Returns the name of the route that goes by it. */
    public String label() {
        return label;
    }

    /** Returns the file, as the configuration has it. */
    public Path file() {
        return file;
    }

    /** Returns the attribute that is looked up. */
    public String key() {
        return key;
    }

    /** Returns its names. */
    public NameTable names() {
        return names;
    }

    /** Returns a route for each destination, in the order of the file. */
    public List<Route> routes() {
        return routes;
    }

    /** Returns what it has, for people: {@code 100000 names}, {@code 1000 destinations}. */
    public List<String> texts() {
        return List.of(counted(names.size(), "name"), counted(routes.size(), "destination"));
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /** Returns the map of each route that is a destination of one. */
    public static Map<Route, NameMap> byRoute(Collection<NameMap> maps) {
        Map<Route, NameMap> byRoute = new HashMap<>();
        maps.forEach(map -> map.routes().forEach(route -> byRoute.put(route, map)));
        return byRoute;
    }

    /** Returns the decision about a session with these attributes; null if there is no line for it. Allocates nothing. */
    @Nullable
    Decision decide(Identification answer) {
        int entry = names.find(answer.values(key));
        return entry == NameTable.NONE ? null : decisions[names.value(entry)];
    }

    /** Returns the route of these values of the attribute; empty if there is no line for them. */
    public Optional<Route> route(List<String> values) {
        int entry = names.find(values);
        return entry == NameTable.NONE ? Optional.empty() : Optional.of(routes.get(names.value(entry)));
    }

    /** Returns the line of these values of the attribute, as {@code sites.map:17}; empty if there is none. */
    public Optional<String> line(List<String> values) {
        int entry = names.find(values);
        return entry == NameTable.NONE ? Optional.empty() : Optional.of(file + ":" + names.line(entry));
    }
}
