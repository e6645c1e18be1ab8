package dev.refractium.server.session;

import dev.refractium.api.Transport;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The counters and times of a server's sessions, by listener, protocol and route. They outlive generations: a reload
 * that keeps a name goes on with its counters. Any thread.
 */
public final class Meters {
    /** The route that sessions count under once there are too many routes. */
    public static final String OTHER = "other";

    /** The default of the key {@code max_series}, for servers without its table. */
    private static final int MOST = 20_000;

    private final Map<Transport, ConcurrentHashMap<String, ListenerMeter>> listeners = new EnumMap<>(Transport.class);
    private final AtomicInteger routes = new AtomicInteger();
    private volatile int most = MOST;

    Meters() {
        for (Transport transport : Transport.values()) {
            listeners.put(transport, new ConcurrentHashMap<>());
        }
    }

    /** Sets how many routes have counters of their own, each counted once per listener and protocol. */
    public void limit(int routes) {
        most = routes;
    }

    /** Returns the counters of the clients of a listener. */
    public ListenerMeter listener(Transport transport, String name) {
        ConcurrentHashMap<String, ListenerMeter> all = of(transport);
        ListenerMeter known = all.get(name);
        return known == null ? all.computeIfAbsent(name, first -> new ListenerMeter(this, transport, first)) : known;
    }

    /** Returns the counters of all listeners of a transport, a view. */
    public Collection<ListenerMeter> listeners(Transport transport) {
        return of(transport).values();
    }

    /**
     * A route at a listener.
     *
     * @param route empty: the listener itself
     */
    public record Named(Transport transport, String listener, String route) {
        /** Returns a route of the same listener. */
        public Named of(String other) {
            return new Named(transport, listener, other);
        }
    }

    /** Forgets the counters of listeners and routes that are not among {@code named} and have no live session. */
    public void retain(Set<Named> named) {
        for (Transport transport : Transport.values()) {
            of(transport).values().removeIf(listener -> isOver(listener, named));
        }
    }

    private static boolean isOver(ListenerMeter listener, Set<Named> named) {
        boolean exists = named.contains(new Named(listener.transport(), listener.name(), ""));
        for (ProtocolMeter protocol : List.copyOf(listener.protocols())) {
            protocol.retain(route -> exists
                    && (route.equals(OTHER)
                            || named.contains(new Named(listener.transport(), listener.name(), route))));
        }
        return !exists
                && listener.protocols().stream()
                        .allMatch(protocol -> protocol.routes().isEmpty());
    }

    boolean hasRoom() {
        return routes.get() < most;
    }

    SessionMeter counted(SessionMeter added) {
        routes.incrementAndGet();
        return added;
    }

    void forgotten() {
        routes.decrementAndGet();
    }

    private ConcurrentHashMap<String, ListenerMeter> of(Transport transport) {
        ConcurrentHashMap<String, ListenerMeter> all = listeners.get(transport);
        if (all == null) {
            throw new IllegalStateException(transport + " has no counters");
        }
        return all;
    }
}
