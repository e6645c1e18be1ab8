package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.SessionLimits.RelayLimits;
import dev.refractium.server.limit.Gate;
import dev.refractium.server.limit.ListenerGate;
import dev.refractium.server.route.RouteLimits;
import dev.refractium.server.text.Networks;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The gate of a server and the limits of its listeners, by transport and name. Made by one thread, then immutable. */
final class ServerGates {
    private final Gate server;
    private final ListenerLimits others;
    private final Map<Transport, Map<String, ListenerLimits>> byListener = new EnumMap<>(Transport.class);
    private final Map<Transport, Map<String, Gate>> byRoute = new EnumMap<>(Transport.class);

    /** @param relay the limits of listeners that have none of their own */
    ServerGates(Gate server, RelayLimits relay) {
        this.server = server;
        this.others = new ListenerLimits(
                new ListenerGate(server, new Gate(Gate.Rules.NONE), Networks.NONE), RouteLimits.Times.NONE, relay);
        for (Transport transport : Transport.values()) {
            byListener.put(transport, new HashMap<>());
            byRoute.put(transport, new HashMap<>());
        }
    }

    /** Adds a listener. */
    void add(Transport transport, String listener, ListenerLimits limits) {
        of(transport).put(listener, limits);
    }

    /** Returns the gates of routes, by their labels; to be added to while they are made. */
    Map<String, Gate> routes(Transport transport) {
        return byRoute.getOrDefault(transport, Map.of());
    }

    /** Returns the gate of all listeners together. */
    Gate server() {
        return server;
    }

    /** Returns the gate of a listener, if there is such a listener. */
    Optional<Gate> gate(Transport transport, String listener) {
        return Optional.ofNullable(of(transport).get(listener))
                .map(limits -> limits.gate().own());
    }

    /** Returns the limits of a listener; those of the server if there is no such listener. */
    ListenerLimits of(Transport transport, String listener) {
        return of(transport).getOrDefault(listener, others);
    }

    private Map<String, ListenerLimits> of(Transport transport) {
        return byListener.getOrDefault(transport, Map.of());
    }
}
