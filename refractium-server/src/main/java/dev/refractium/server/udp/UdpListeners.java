package dev.refractium.server.udp;

import dev.refractium.server.net.Loop;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The UDP sockets of one address. One that is bound to all addresses answers from whichever the kernel prefers, and
 * clients drop answers from an address that they did not ask; so a wildcard has a socket for each address of the machine,
 * and itself for the rest. Addresses come and go, and so do their sockets. Any thread.
 */
public final class UdpListeners {
    private static final Logger log = LoggerFactory.getLogger(UdpListeners.class);

    private final UdpShared shared;
    private final Loop loop;
    private final UdpListener main;

    /** A wildcard's sockets of its own; changed by the thread that binds, and by the loop once it has started. */
    private final Map<InetAddress, UdpListener> local = new ConcurrentHashMap<>();

    /** Those of {@link #local} that the last look did not find. Loop thread only. */
    private Set<InetAddress> missing = Set.of();

    /** Both on the loop only. */
    private boolean started;

    private boolean leaving;

    private UdpListeners(UdpListener main, UdpShared shared) {
        this.main = main;
        this.shared = shared;
        this.loop = shared.loop();
    }

    /**
     * Binds {@code address}; port 0 takes any free one, the same for every socket.
     *
     * @throws IOException if it cannot be bound
     */
    public static UdpListeners bind(InetSocketAddress address, UdpShared shared) throws IOException {
        // Exclusively: so a port that somebody else has is noticed.
        UdpSocket socket = shared.sockets().bind(address, false);
        UdpListeners listeners;
        try {
            listeners = new UdpListeners(new UdpListener(socket, shared), shared);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
        try {
            if (listeners.isWildcard()) {
                listeners.addAll();
            }
            return listeners;
        } catch (RuntimeException | Error e) {
            listeners.each(UdpListener::close);
            throw e;
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return main.address();
    }

    /** Begins to receive. */
    public void start() {
        loop.execute(() -> {
            started = true;
            each(UdpListener::start);
            if (isWildcard()) {
                shared.addresses().watch(this::refresh, this::isOpen);
            }
        });
    }

    /** Begins no new flow; those that are alive go on until they are quiet for a moment. */
    public void drain() {
        loop.execute(() -> {
            leaving = true;
            each(UdpListener::drain);
        });
    }

    /** Begins no new flow, and closes when the last one has ended. */
    public void retire() {
        loop.execute(() -> {
            leaving = true;
            each(UdpListener::retire);
        });
    }

    /** Ends all flows and closes. When this returns, the port is free. */
    public void abandon() {
        close(UdpListener::abandon);
    }

    /** Stops receiving, and with that every flow's way back. When this returns, the port is free. */
    public void close() {
        close(UdpListener::close);
    }

    /** Returns whether a socket is open. */
    public boolean isOpen() {
        return main.isOpen() || local.values().stream().anyMatch(UdpListener::isOpen);
    }

    /** Returns whether datagrams that come to its address are received. */
    public boolean isReceiving() {
        return main.isReceiving();
    }

    private void close(Consumer<UdpListener> end) {
        if (loop.isCurrent()) {
            leaving = true;
            each(end);
        } else {
            loop.close(() -> {
                leaving = true;
                each(end);
            });
        }
    }

    private void each(Consumer<UdpListener> action) {
        action.accept(main);
        local.values().forEach(action);
    }

    private boolean isWildcard() {
        return main.address().getAddress().isAnyLocalAddress();
    }

    /** The machine has these addresses now; what fails is tried again when they are looked at next. Loop thread. */
    private void refresh(Set<InetAddress> now) {
        if (leaving) {
            return;
        }
        local.values().removeIf(listener -> !listener.isOpen());
        for (InetAddress address : now) {
            UdpListener known = local.get(address);
            if (known != null) {
                known.resume();
            } else {
                add(address);
            }
        }
        retireMissing(now);
    }

    /** Twice in a row, since a look can miss some: the JDK lists no IPv6 addresses where it cannot open their file. */
    private void retireMissing(Set<InetAddress> now) {
        Set<InetAddress> absent = new HashSet<>(local.keySet());
        absent.removeAll(now);
        local.forEach((address, listener) -> {
            if (absent.contains(address) && missing.contains(address) && !listener.isRetiring()) {
                log.info("udp socket retired address={}", listener.address());
                listener.retire();
            }
        });
        missing = absent;
    }

    private void addAll() {
        try {
            LocalAddresses.list().forEach(this::add);
        } catch (SocketException e) {
            log.debug("cannot list the addresses now", e);
        }
    }

    private void add(InetAddress address) {
        InetSocketAddress wildcard = main.address();
        if (wildcard.getAddress() instanceof Inet4Address && !(address instanceof Inet4Address)) {
            return;
        }
        UdpSocket socket = null;
        try {
            // Both must allow it while the second is bound.
            main.share(true);
            socket = shared.sockets().bind(new InetSocketAddress(address, wildcard.getPort()), true);
            socket.share(false);
            UdpListener listener = new UdpListener(socket, shared);
            local.put(address, listener);
            if (started) {
                log.info("udp socket added address={}", listener.address());
                listener.start();
            }
        } catch (IOException | RuntimeException e) {
            log.debug("no socket of its own for {}", address, e);
            if (socket != null) {
                socket.close();
            }
        } finally {
            unshare();
        }
    }

    private void unshare() {
        try {
            main.share(false);
        } catch (IOException e) {
            log.debug("the address of {} can still be shared", main.address(), e);
        }
    }
}
