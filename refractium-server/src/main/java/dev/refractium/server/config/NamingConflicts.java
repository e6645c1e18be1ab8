package dev.refractium.server.config;

import dev.refractium.server.text.Suggestion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds names that two things have, or nothing has. Made for one call; knows no plugin. */
final class NamingConflicts {
    private final Config config;
    private final Problems problems = new Problems();

    NamingConflicts(Config config) {
        this.config = config;
    }

    List<Problem> problems() {
        findSecondWayToListen();
        findSameListeners();
        List<String> listeners =
                config.listening().stream().map(ListenerConfig::name).toList();
        config.routes().forEach(route -> findUnknownListeners(route, listeners));
        config.listeners().forEach(this::findUnservedListener);
        findUnknownPools();
        findSameRoutes();
        return problems.all();
    }

    /** {@code bind} and {@code port} of {@code [server]} are the short form of one listener. */
    private void findSecondWayToListen() {
        Origin server = config.server().origin();
        for (String key : config.listeners().isEmpty() ? List.<String>of() : List.of("bind", "port")) {
            if (server.has(key)) {
                problems.add(server.problem(
                        key,
                        "is said beside [[listeners]] ("
                                + config.listeners().get(0).origin().source() + "); move it to one of them"));
            }
        }
    }

    private void findSameListeners() {
        Map<String, ListenerConfig> byName = new HashMap<>();
        List<ListenerConfig> earlier = new ArrayList<>();
        for (ListenerConfig listener : config.listeners()) {
            ListenerConfig same = byName.putIfAbsent(listener.name(), listener);
            if (same != null) {
                problems.add(listener.origin()
                        .problem("name", "is also the name of " + named(same.origin()) + "; choose another"));
            }
            boolean unix = listener.address().unix().path().isPresent();
            for (ListenerConfig other : earlier) {
                listener.sharedWith(other)
                        .ifPresent(address -> problems.add(listener.origin()
                                .problem(
                                        unix ? "path" : "port",
                                        address + " is also listened on by " + named(other.origin())
                                                + (unix ? "; name another path" : "; name another port or address"))));
            }
            earlier.add(listener);
        }
    }

    private void findUnknownListeners(RouteConfig route, List<String> names) {
        List<String> asked = route.selection().listeners();
        for (int i = 0; i < asked.size(); i++) {
            requireKnown(asked.get(i), names, "listener", "[[listeners]]", route.origin(), "listeners[" + i + "]");
        }
    }

    private void findUnservedListener(ListenerConfig listener) {
        boolean served = config.routes().stream()
                .anyMatch(route -> route.selection().isOn(listener.name())
                        && (route.selection().transports().isEmpty()
                                || route.selection().transports().stream().anyMatch(listener.transports()::contains)));
        boolean falls = listener.transports().stream()
                .anyMatch(transport -> !config.fallback(listener, transport).isEmpty());
        if (!served && !falls) {
            problems.add(listener.origin()
                    .problem(
                            "name",
                            "no route takes sessions of this listener, and it has no fallback; name it in listeners of"
                                    + " a route, or remove it"));
        }
    }

    private void findUnknownPools() {
        for (RouteConfig route : config.routes()) {
            requirePool(route.destination(), route.origin(), "forward_to");
            refuseRules(route);
        }
        config.fallbacks().forEach(fallback -> requirePool(fallback.destination(), fallback.origin(), fallback.key()));
    }

    /** What belongs to a pool stands in its table. */
    private void refuseRules(RouteConfig route) {
        route.destination()
                .pool()
                .ifPresent(name -> PoolRules.keys().stream()
                        .filter(route.origin()::has)
                        .forEach(key -> problems.add(route.origin()
                                .problem(
                                        key,
                                        "belongs to a pool, and this route names one; move it to [pools." + name
                                                + "]"))));
    }

    private void requirePool(Destination destination, Origin origin, String key) {
        destination
                .pool()
                .ifPresent(name ->
                        requireKnown(name, config.pools().keySet(), "pool", "[pools." + name + "]", origin, key));
    }

    private void requireKnown(
            String name, Collection<String> known, String what, String table, Origin origin, String key) {
        if (!known.contains(name)) {
            Optional<String> close = Suggestion.closest(name, known);
            problems.add(origin.problem(
                    key,
                    "there is no " + what + " \"" + name + "\"; "
                            + close.map(other -> "did you mean \"" + other + "\"?")
                                    .orElse("write its table, " + table + ", or name another")));
        }
    }

    /** Names of routes are unique, except that one protocol may have a route for each transport. */
    private void findSameRoutes() {
        Map<String, List<RouteConfig>> byLabel = new HashMap<>();
        for (RouteConfig route : config.routes()) {
            List<RouteConfig> same = byLabel.computeIfAbsent(route.label(), label -> new ArrayList<>());
            same.stream()
                    .filter(other -> route.naming().id().isPresent()
                            || other.naming().id().isPresent())
                    .findFirst()
                    .ifPresent(other -> problems.add(route.origin()
                            .problem(
                                    "id",
                                    "\"" + route.label() + "\" is also the name of " + named(other.origin())
                                            + "; give this route another id")));
            same.add(route);
        }
    }

    private static String named(Origin origin) {
        return origin.path() + " (" + origin.source() + ")";
    }
}
