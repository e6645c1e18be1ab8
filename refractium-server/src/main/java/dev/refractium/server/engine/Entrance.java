package dev.refractium.server.engine;

import dev.refractium.api.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where clients come in: the listeners of today's address, and those of earlier ones whose UDP flows live on. Changed by
 * one thread at a time, which starts or reloads.
 */
final class Entrance {
    private final Set<Transport> transports;
    private final Listeners.Sockets sockets;
    private final List<Listeners> retiring = new ArrayList<>();

    /** Read by whoever asks for the address. */
    private volatile Listeners listeners;

    /** Binds; port 0 takes any that is free. */
    Entrance(InetSocketAddress address, Set<Transport> transports, Listeners.Sockets sockets)
            throws EnvironmentException {
        this.transports = transports;
        this.sockets = sockets;
        this.listeners = Listeners.bind(address, transports, sockets);
    }

    Listeners listeners() {
        return listeners;
    }

    /**
     * Binds {@code address} beside that of today, unless it is the same; {@link #enter} makes the change.
     *
     * @throws EnvironmentException if it cannot be bound; nothing has changed
     */
    Listeners bind(InetSocketAddress address) throws EnvironmentException {
        if (address.equals(listeners.address())) {
            return listeners;
        }
        return Listeners.bind(address, Optional.of(listeners), transports, sockets);
    }

    /** Accepts new clients on {@code next} only. */
    void enter(Listeners next) {
        Listeners before = listeners;
        if (next != before) {
            listeners = next;
            next.start();
            before.retire();
            retiring.removeIf(gone -> !gone.isOpen());
            retiring.add(before);
        }
    }

    void start() {
        listeners.start();
    }

    /** Takes nothing new in, and lets the flows of all addresses end when they are quiet. */
    void drain() {
        listeners.drain();
        retiring.forEach(Listeners::drain);
    }

    void close() {
        listeners.close();
        retiring.forEach(Listeners::close);
    }
}
