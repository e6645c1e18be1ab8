package dev.refractium.server.config;

import dev.refractium.api.Transport;
import dev.refractium.server.text.Escape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Finds the parts of one configuration that contradict each other. Made for one call; knows no plugin. */
final class ConfigConflicts {
    private static final Size LEAST_PEEK_FOR_ATTRIBUTES = new Size(4096);
    private static final int MOST_PATTERNS = 1024;

    private final Config config;
    private final List<ListenerConfig> listening;
    private final Problems problems = new Problems();

    ConfigConflicts(Config config) {
        this.config = config;
        this.listening = config.listening();
    }

    List<Problem> problems() {
        findTies();
        findSecondSilentRoute();
        findSplitPatterns();
        findUnreachablePatterns();
        findPeekTooSmall();
        config.routes().forEach(this::findMissingFallback);
        return problems.all();
    }

    /**
     * Finds ties. Two routes of one protocol tie if a session can fit the same value of the same attributes of both. Routes
     * with maps are asked one after the other, so that they tie only if both go by the same map.
     */
    private void findTies() {
        Map<List<String>, List<RouteConfig>> earlier = new HashMap<>();
        for (RouteConfig route : config.routes()) {
            boolean tied = false;
            for (List<String> place : places(route)) {
                List<RouteConfig> there = earlier.computeIfAbsent(place, p -> new ArrayList<>());
                for (RouteConfig other : there) {
                    tied = tied || reportTie(other, route);
                }
                if (!tied) {
                    there.add(route);
                }
            }
        }
    }

    /** Returns the keys under which a route's rivals are found: one for each value of its first attribute. */
    private static List<List<String>> places(RouteConfig route) {
        String map = route.destination().map().map(DestinationMap::toString).orElse("");
        if (route.selection().match().isEmpty()) {
            return List.of(List.of(route.name(), map));
        }
        String attributes = String.join(" ", route.selection().match().keySet()) + map;
        List<String> values = route.selection().match().values().iterator().next();
        return values.stream()
                .map(value -> List.of(route.name(), attributes, value))
                .toList();
    }

    private boolean reportTie(RouteConfig first, RouteConfig second) {
        boolean bothMagic = !first.selection().patterns().isEmpty()
                && !second.selection().patterns().isEmpty();
        Optional<String> clients = second.selection().clientsSharedWith(first.selection());
        if (bothMagic || clients.isEmpty() || !first.selection().meets(second.selection())) {
            return false;
        }
        List<String> common = new ArrayList<>();
        for (Map.Entry<String, List<String>> asked : second.selection().match().entrySet()) {
            Set<String> both = new TreeSet<>(asked.getValue());
            both.retainAll(first.selection().match().getOrDefault(asked.getKey(), List.of()));
            if (both.isEmpty()) {
                return false;
            }
            common.add(asked.getKey() + " = " + Escape.quoted(both.iterator().next()));
        }
        clients.filter(shared -> !shared.isEmpty())
                .ifPresent(shared -> common.add("clients = " + Escape.quoted(shared)));
        String sessions = common.isEmpty() ? second.name() : second.name() + " with " + String.join(", ", common);
        add(
                second,
                "name",
                "takes " + sessions + ", as " + named(first) + " does;"
                        + " put the backends into one forward_to, or tell the two apart by an attribute");
        return true;
    }

    private void findSecondSilentRoute() {
        List<RouteConfig> silent = new ArrayList<>();
        for (RouteConfig route : config.routes()) {
            if (!route.selection().serverFirst().orElse(false)) {
                continue;
            }
            silent.stream()
                    .filter(first -> first.selection().meetsListenersOf(route.selection())
                            && first.selection()
                                    .clientsSharedWith(route.selection())
                                    .isPresent())
                    .findFirst()
                    .ifPresent(first -> add(
                            route,
                            "server_first",
                            "a silent client already goes to " + named(first)
                                    + "; only one route of a listener can be reached by silence"));
            silent.add(route);
        }
    }

    private void findSplitPatterns() {
        Map<String, RouteConfig> byName = new HashMap<>();
        for (RouteConfig route : config.routes()) {
            RouteConfig first = route.selection().patterns().isEmpty() ? null : byName.putIfAbsent(route.name(), route);
            if (first != null) {
                add(
                        route,
                        "patterns",
                        "the patterns of " + route.name() + " are given by " + named(first)
                                + "; put all of them there, or give this one another name");
            }
        }
        for (RouteConfig route : config.routes()) {
            RouteConfig magic = byName.get(route.name());
            if (magic != null && !route.selection().match().isEmpty()) {
                add(
                        route,
                        route.selection().match().keySet().iterator().next(),
                        route.name() + " is known by the patterns of " + named(magic)
                                + ", and magic bytes carry no attribute; remove this");
            }
        }
    }

    private void findUnreachablePatterns() {
        List<Asked> all = new ArrayList<>();
        for (RouteConfig route : config.routes()) {
            for (int i = 0; i < route.selection().patterns().size(); i++) {
                all.add(new Asked(route, i));
            }
        }
        if (all.size() > MOST_PATTERNS) {
            Asked last = all.get(MOST_PATTERNS);
            add(last.route, last.key(), "is one of " + all.size() + " patterns; use " + MOST_PATTERNS + " at most");
            return;
        }
        for (int later = 1; later < all.size(); later++) {
            Asked pattern = all.get(later);
            all.subList(0, later).stream()
                    .filter(pattern::isHiddenBy)
                    .findFirst()
                    .ifPresent(first -> add(
                            pattern.route,
                            pattern.key(),
                            "is never reached: whatever fits it fits " + first.key() + " of " + named(first.route)
                                    + " first; move it up or remove it"));
        }
    }

    private void findPeekTooSmall() {
        Size size = config.server().peek().bufferSize();
        for (RouteConfig route : config.routes()) {
            for (int i = 0; i < route.selection().patterns().size(); i++) {
                int end = route.selection().patterns().get(i).end();
                if (end > size.bytes()) {
                    add(
                            route,
                            "patterns[" + i + "]",
                            "needs the first " + end + " bytes, more than the " + size
                                    + " of peek_buffer_size; raise that");
                }
            }
        }
        config.routes().stream()
                .filter(route -> !route.selection().match().isEmpty()
                        || route.destination().isMap())
                .filter(route -> size.compareTo(LEAST_PEEK_FOR_ATTRIBUTES) < 0)
                .findFirst()
                .ifPresent(route -> problems.add(config.server()
                        .origin()
                        .problem(
                                "peek_buffer_size",
                                size
                                        + " is too small for " + named(route)
                                        + ", which asks for an attribute: today's first messages"
                                        + " are longer and would be cut; use " + LEAST_PEEK_FOR_ATTRIBUTES
                                        + " or more")));
    }

    private void findMissingFallback(RouteConfig route) {
        Set<Transport> asked = route.selection().transports();
        Set<Transport> reached = new TreeSet<>();
        listeners(route).forEach(listener -> reached.addAll(listener.transports()));
        if (!asked.isEmpty()) {
            reached.retainAll(asked);
        }
        Set<Transport> missing = new TreeSet<>(reached);
        missing.removeIf(transport -> !lacksFallback(route, transport));
        // A route that names no transport may be on one of them only.
        if (!missing.isEmpty() && (!asked.isEmpty() || missing.equals(reached))) {
            Handling handling = route.handling();
            reportMissingFallback(route, "on_incomplete", handling.onIncomplete() == OnFailure.FALLBACK, missing);
            reportMissingFallback(route, "on_odd_name", handling.onOddName() == OnOddName.FALLBACK, missing);
            reportMissingFallback(route, "on_unhealthy", handling.onUnhealthy() == OnFailure.FALLBACK, missing);
        }
    }

    /** Returns the listeners whose sessions a route takes. */
    private Stream<ListenerConfig> listeners(RouteConfig route) {
        return listening.stream().filter(listener -> route.selection().isOn(listener.name()));
    }

    /** Returns whether a listener of the route has no fallback. One that was given and could not be read is a problem already. */
    private boolean lacksFallback(RouteConfig route, Transport transport) {
        String key = Fallbacks.key(transport);
        return !config.server().origin().has(key)
                && listeners(route)
                        .filter(listener -> listener.transports().contains(transport))
                        .anyMatch(
                                listener -> config.fallback(listener, transport).isEmpty()
                                        && !listener.origin().has(key));
    }

    private void reportMissingFallback(RouteConfig route, String key, boolean wanted, Set<Transport> missing) {
        if (wanted) {
            String keys = missing.stream()
                    .map(Fallbacks::key)
                    .reduce((a, b) -> a + " or " + b)
                    .orElseThrow();
            add(route, key, "is \"fallback\", and there is none; set " + keys + " in [server], or write \"close\"");
        }
    }

    private void add(RouteConfig route, String key, String message) {
        problems.add(route.origin().problem(key, message));
    }

    private static String named(RouteConfig route) {
        return route.origin().path() + " (" + route.origin().source() + ")";
    }

    /** One pattern, in the order that patterns are tried in. */
    private record Asked(RouteConfig route, int index) {
        String key() {
            return "patterns[" + index + "]";
        }

        boolean isHiddenBy(Asked earlier) {
            return earlier.route.selection().isWhereverIs(route.selection())
                    && earlier.route
                            .selection()
                            .patterns()
                            .get(earlier.index)
                            .covers(route.selection().patterns().get(index));
        }
    }
}
