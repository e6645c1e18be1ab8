package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The routes of each listener, by transport and name. Immutable; any thread. */
final class Tables {
    private final Map<Transport, Map<String, RouteTable>> byListener = new EnumMap<>(Transport.class);

    /** @param byListener the tables by transport and name of the listener */
    Tables(Map<Transport, Map<String, RouteTable>> byListener) {
        for (Transport transport : Transport.values()) {
            this.byListener.put(transport, Map.copyOf(byListener.getOrDefault(transport, Map.of())));
        }
    }

    /** Returns the table of a listener; an empty one if there is no such listener. */
    RouteTable of(Transport transport, String listener) {
        return all(transport).getOrDefault(listener, RouteTable.EMPTY);
    }

    /** Returns the routes of all listeners, each once. */
    List<Route> routes(Transport transport) {
        return all(transport).values().stream()
                .map(RouteTable::all)
                .flatMap(Collection::stream)
                .distinct()
                .toList();
    }

    /** Returns the route of this name, of any listener. */
    Optional<Route> named(Transport transport, String name) {
        return all(transport).values().stream()
                .map(table -> table.named(name))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Map<String, RouteTable> all(Transport transport) {
        return byListener.getOrDefault(transport, Map.of());
    }
}
