package dev.refractium.server.udp;

import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.net.Binding;
import dev.refractium.server.net.Closer;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.OwnAddresses;
import dev.refractium.server.session.Listener;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The UDP sockets of one listener. A socket that is bound to all addresses answers from the one that the kernel prefers,
 * and clients drop answers from an address that they did not send to. A wildcard therefore has a socket for each address
 * of the machine, and one of its own for the rest. Addresses come and go, and so do their sockets. Any thread.
 */
public final class UdpListeners implements Listener {
    private static final Logger log = LoggerFactory.getLogger(UdpListeners.class);

    private final UdpServices shared;
    private final Loop loop;
    private final UdpListener main;
    private final String name;
    private final Binding binding;

    /** A wildcard's sockets of its own; changed by the thread that binds, and by the loop once it has started. */
    private final Map<InetAddress, UdpListener> local = new ConcurrentHashMap<>();

    /** The addresses of {@link #local} that the machine did not have when they were read last. Loop thread only. */
    private Set<InetAddress> missing = Set.of();

    /** Written by the loop. */
    private volatile boolean started;

    /** Written by the loop. */
    private volatile boolean leaving;

    /** Whether the loop has been asked for a check and has not made it. */
    private volatile boolean checking;

    private UdpListeners(ListenerSpec spec, UdpServices shared) throws IOException {
        this.shared = shared;
        this.loop = shared.loop().loop();
        this.name = spec.name();
        this.main = shared.ports().at(spec.binding(), this);
        this.binding = spec.binding().at(main.address());
    }

    /**
     * Binds the address of {@code spec}; port 0 takes any free one, the same for every socket.
     *
     * @throws IOException if it cannot be bound
     */
    public static UdpListeners bind(ListenerSpec spec, UdpServices shared) throws IOException {
        // The wildcard first: so a port that another program has is noticed.
        UdpListeners listeners = new UdpListeners(spec, shared);
        try (Closer closer = new Closer()) {
            closer.add(() -> listeners.each(shared.ports()::giveBack));
            if (listeners.isWildcard()) {
                listeners.addAll();
            }
            closer.keep();
            return listeners;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Binding binding() {
        return binding;
    }

    /** Returns the address that it is bound to. */
    public InetSocketAddress address() {
        return main.address();
    }

    @Override
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
    @Override
    public void drain() {
        loop.execute(() -> {
            leaving = true;
            each(UdpListener::drain);
        });
    }

    @Override
    public List<Integer> pass() {
        List<Integer> numbers = new ArrayList<>();
        each(listener -> listener.pass().ifPresent(numbers::add));
        return numbers;
    }

    /** Receives nothing more; flows that are alive still pass on what backends answer, until they are quiet for a moment. */
    @Override
    public void release() {
        loop.execute(() -> {
            leaving = true;
            each(UdpListener::release);
        });
    }

    /** Begins no new flow, and closes when the last one has ended; what another set has taken over is that one's. */
    @Override
    public void retire() {
        loop.execute(() -> {
            leaving = true;
            each(UdpListener::closeIfOver);
        });
    }

    /** Has the loop receive the datagrams that are there, notified or not, unless it is about to. Any thread. */
    @Override
    public void check() {
        if (checking) {
            return;
        }
        checking = true;
        try {
            loop.execute(this::checkNow);
        } catch (RuntimeException | Error e) {
            checking = false;
            log.debug("listener not checked address={}", address(), e);
        }
    }

    /** UDP has one event loop. */
    @Override
    public void leave(Loop stuck) {}

    /** Stops receiving, and with that every flow's way back. When this returns, the port is free. */
    @Override
    public void close() {
        close(UdpListener::close);
    }

    /** Returns whether a socket is open that no other set has taken over. */
    @Override
    public boolean isOpen() {
        return isOpen(main) || local.values().stream().anyMatch(this::isOpen);
    }

    private boolean isOpen(UdpListener listener) {
        return listener.owner() == this && listener.isOpen();
    }

    /** Returns whether new flows begin here. Loop thread. */
    boolean isServing() {
        return started && !leaving;
    }

    /** Returns whether no new flow begins here any more. */
    boolean isLeaving() {
        return leaving;
    }

    private void checkNow() {
        checking = false;
        if (started) {
            each(UdpListener::check);
        }
    }

    /** Returns why datagrams that come to its address are not received, once it has started. */
    @Override
    public Optional<String> trouble() {
        return !started || main.isReceiving() ? Optional.empty() : Optional.of("does not receive");
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

    /** Passes each socket that no other set has taken over to {@code action}. */
    private void each(Consumer<UdpListener> action) {
        Stream.concat(Stream.of(main), local.values().stream())
                .filter(listener -> listener.owner() == this)
                .forEach(action);
    }

    private boolean isWildcard() {
        return main.address().getAddress().isAnyLocalAddress();
    }

    /** Takes over the addresses that the machine has now; a failure is made good by the next read. Loop thread. */
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

    /** Retires an address that is missing twice in a row: the JDK lists no IPv6 ones if it cannot open their file. */
    private void retireMissing(Set<InetAddress> now) {
        Set<InetAddress> absent = new HashSet<>(local.keySet());
        absent.removeAll(now);
        local.forEach((address, listener) -> {
            if (absent.contains(address) && missing.contains(address) && !listener.isRetired()) {
                log.info("udp socket retired address={}", listener.address());
                listener.retire();
            }
        });
        missing = absent;
    }

    private void addAll() {
        try {
            OwnAddresses.list().forEach(this::add);
        } catch (SocketException e) {
            log.debug("cannot list the addresses now", e);
        }
    }

    private void add(InetAddress address) {
        InetSocketAddress wildcard = main.address();
        boolean v4 = address instanceof Inet4Address;
        if (v4 ? binding.options().v6Only() : wildcard.getAddress() instanceof Inet4Address) {
            return;
        }
        try {
            UdpListener listener =
                    shared.ports().at(binding.at(new InetSocketAddress(address, wildcard.getPort())), this);
            local.put(address, listener);
            if (started) {
                log.info("udp socket added address={}", listener.address());
                listener.start();
            }
        } catch (IOException | RuntimeException e) {
            log.debug("no socket of its own for {}", address, e);
        }
    }
}
