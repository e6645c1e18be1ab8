package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.route.NameMap;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The routes and limits of each listener, by transport, name and port. Immutable; any thread. */
final class Tables {
    /** Stands for all ports of a listener that has one table for them. */
    static final int ANY_PORT = 0;

    private final Map<Transport, Map<String, Map<Integer, RouteTable>>> byListener = new EnumMap<>(Transport.class);
    private final Map<Transport, List<Route>> routes = new EnumMap<>(Transport.class);
    private final ServerGates gates;

    /** @param byListener the tables by transport, name of the listener and port */
    Tables(Map<Transport, Map<String, Map<Integer, RouteTable>>> byListener, ServerGates gates) {
        this.gates = gates;
        for (Transport transport : Transport.values()) {
            this.byListener.put(transport, Map.copyOf(byListener.getOrDefault(transport, Map.of())));
            this.routes.put(transport, distinct(all(transport)));
        }
    }

    /** Returns the name of a route or pool of one port. */
    static String name(String name, int port) {
        return port == ANY_PORT ? name : name + ":" + port;
    }

    /** Returns the table of a listener's port; an empty one if there is no such listener. */
    RouteTable of(Transport transport, String listener, int port) {
        Map<Integer, RouteTable> byPort = all(transport).getOrDefault(listener, Map.of());
        RouteTable ofAll = byPort.get(ANY_PORT);
        return ofAll != null ? ofAll : byPort.getOrDefault(port, RouteTable.EMPTY);
    }

    /** Returns the tables of a listener, by port. */
    Collection<RouteTable> of(Transport transport, String listener) {
        return all(transport).getOrDefault(listener, Map.of()).values();
    }

    /** Returns the gates of the server and its listeners. */
    ServerGates gates() {
        return gates;
    }

    /** Returns the routes of all listeners, each once. */
    List<Route> routes(Transport transport) {
        return routes.getOrDefault(transport, List.of());
    }

    /** A route of several tables is one object. */
    private static List<Route> distinct(Map<String, Map<Integer, RouteTable>> tables) {
        Set<Route> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        return tables.values().stream()
                .flatMap(byPort -> byPort.values().stream())
                .map(RouteTable::all)
                .flatMap(Collection::stream)
                .filter(seen::add)
                .toList();
    }

    /** Returns the maps of all listeners, each once. */
    List<NameMap> maps(Transport transport) {
        return all(transport).values().stream()
                .flatMap(byPort -> byPort.values().stream())
                .flatMap(table -> table.maps().stream())
                .toList();
    }

    /** Returns the route of this name, of any listener. */
    Optional<Route> named(Transport transport, String name) {
        return all(transport).values().stream()
                .flatMap(byPort -> byPort.values().stream())
                .map(table -> table.named(name))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Map<String, Map<Integer, RouteTable>> all(Transport transport) {
        return byListener.getOrDefault(transport, Map.of());
    }
}
