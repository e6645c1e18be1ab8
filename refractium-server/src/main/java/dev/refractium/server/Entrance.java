package dev.refractium.server;

import dev.refractium.api.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where clients come in: the listeners of today's address, and those of earlier ones whose UDP flows live on. Changed by
 * one thread at a time, which starts or reloads.
 */
final class Entrance {
    private static final Logger log = LoggerFactory.getLogger(Entrance.class);

    private final Set<Transport> transports;
    private final Listeners.Sockets sockets;
    private final List<Listeners> leaving = new ArrayList<>();

    /** Read by whoever asks for the address. */
    private volatile Listeners listeners;

    /** Binds; port 0 takes any that is free. */
    Entrance(InetSocketAddress address, Set<Transport> transports, Listeners.Sockets sockets) throws StartException {
        this.transports = transports;
        this.sockets = sockets;
        this.listeners = Listeners.bind(address, transports, sockets);
    }

    Listeners listeners() {
        return listeners;
    }

    /**
     * Binds {@code address} beside the one of today, unless it is the same; {@link #enter} makes the change. Where both
     * cannot be bound at once, as a wildcard and one of its addresses on one port, today's is closed before.
     *
     * @throws StartException if it cannot be bound; today's address is served as before
     */
    Listeners bind(InetSocketAddress address) throws StartException {
        InetSocketAddress today = listeners.address();
        if (address.equals(today)) {
            return listeners;
        }
        leaving.removeIf(gone -> !gone.isOpen());
        for (Listeners old : leaving) {
            if (overlap(old.address(), address)) {
                old.abandon();
            }
        }
        if (!overlap(today, address)) {
            return Listeners.bind(address, transports, sockets);
        }
        listeners.abandon();
        try {
            return Listeners.bind(address, transports, sockets);
        } catch (StartException e) {
            goBack(today, e);
            throw e;
        }
    }

    /** Takes clients in by {@code next}, and no new ones by those of before. */
    void enter(Listeners next) {
        Listeners before = listeners;
        if (next != before) {
            listeners = next;
            next.start();
            before.retire();
            leaving.add(before);
        }
    }

    void start() {
        listeners.start();
    }

    /** Takes nothing new in, and lets the flows of all addresses end when they are quiet. */
    void drain() {
        listeners.drain();
        leaving.forEach(Listeners::drain);
    }

    void close() {
        listeners.close();
        leaving.forEach(Listeners::close);
    }

    private void goBack(InetSocketAddress today, StartException reason) {
        try {
            listeners = Listeners.bind(today, transports, sockets);
            listeners.start();
        } catch (StartException e) {
            reason.addSuppressed(e);
            log.error("nothing listens any more address={} reason=\"{}\"", today, e.getMessage());
        }
    }

    private static boolean overlap(InetSocketAddress a, InetSocketAddress b) {
        return a.getPort() == b.getPort()
                && (a.equals(b)
                        || a.getAddress().isAnyLocalAddress()
                        || b.getAddress().isAnyLocalAddress());
    }
}
