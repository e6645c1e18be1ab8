package dev.refractium.server.engine;

import dev.refractium.api.Transport;
import dev.refractium.server.net.Loop;
import dev.refractium.server.tcp.TcpListener;
import dev.refractium.server.tcp.TcpShared;
import dev.refractium.server.text.Addresses;
import dev.refractium.server.udp.UdpListeners;
import dev.refractium.server.udp.UdpShared;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The listeners of one address, TCP and UDP on the same port. */
public final class Listeners {
    /** How often another free port is tried where TCP's is taken on UDP. */
    private static final int ATTEMPTS = 16;

    private final @Nullable TcpListener tcp;
    private final List<UdpListeners> udp;

    /** Made before it is needed: without a descriptor no class can be loaded. */
    private final String name;

    private Listeners(@Nullable TcpListener tcp, List<UdpListeners> udp) {
        this.tcp = tcp;
        this.udp = udp;
        this.name = Addresses.text(address());
    }

    /** What sockets are bound for. */
    record Sockets(TcpShared tcp, UdpShared udp) {}

    /** Binds; port 0 takes a port that is free on all {@code transports}. */
    static Listeners bind(InetSocketAddress address, Set<Transport> transports, Sockets sockets)
            throws EnvironmentException {
        return bind(address, Optional.empty(), transports, sockets);
    }

    /** Binds beside others of this server, which go on as they are even where the addresses overlap. */
    static Listeners bind(
            InetSocketAddress address, Optional<Listeners> today, Set<Transport> transports, Sockets sockets)
            throws EnvironmentException {
        for (int attempt = 1; ; attempt++) {
            try {
                return bindOnce(address, today, transports, sockets);
            } catch (EnvironmentException e) {
                if (address.getPort() != 0 || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Where {@code transport} is served; empty if it is not. */
    public Optional<InetSocketAddress> address(Transport transport) {
        if (transport == Transport.TCP) {
            return tcp == null ? Optional.empty() : Optional.of(tcp.address());
        }
        return udp.stream().findFirst().map(UdpListeners::address);
    }

    void start() {
        if (tcp != null) {
            tcp.start();
        }
        udp.forEach(UdpListeners::start);
    }

    /** TCP is accepted on another loop, if it is on this one, which does not answer. Any thread. */
    void leave(Loop stuck) {
        if (tcp != null) {
            tcp.leave(stuck);
        }
    }

    /** Has each look for what has arrived, whether or not it was notified. Any thread. */
    void check() {
        if (tcp != null) {
            tcp.check();
        }
        udp.forEach(UdpListeners::check);
    }

    /** Returns why clients are not served, a line per listener; empty if all are. Any thread. */
    List<String> troubles() {
        List<String> troubles = new ArrayList<>();
        if (tcp != null) {
            tcp.trouble().ifPresent(reason -> troubles.add("listener tcp " + name + " does not accept: " + reason));
        }
        if (!udp.stream().allMatch(UdpListeners::isReceiving)) {
            troubles.add("listener udp " + name + " does not receive");
        }
        return troubles;
    }

    /** Takes nothing new. UDP stays open, since its flows' answers leave by it. */
    void drain() {
        if (tcp != null) {
            tcp.close();
        }
        udp.forEach(UdpListeners::drain);
    }

    void close() {
        udp.forEach(UdpListeners::close);
    }

    /** Others take their place: TCP closes now, UDP when the last of its flows has ended. */
    void retire() {
        if (tcp != null) {
            tcp.close();
        }
        udp.forEach(UdpListeners::retire);
    }

    /** Returns whether a socket of UDP is open that others have not taken over. */
    boolean isOpen() {
        return udp.stream().anyMatch(UdpListeners::isOpen);
    }

    /** Where it listens, on whichever transport. */
    InetSocketAddress address() {
        return address(Transport.TCP)
                .or(() -> address(Transport.UDP))
                .orElseThrow(() -> new IllegalStateException("no transport"));
    }

    private static Listeners bindOnce(
            InetSocketAddress address, Optional<Listeners> today, Set<Transport> transports, Sockets sockets)
            throws EnvironmentException {
        TcpListener tcp = transports.contains(Transport.TCP) ? bindTcp(address, today, sockets.tcp()) : null;
        InetSocketAddress same = tcp == null
                ? address
                : new InetSocketAddress(address.getAddress(), tcp.address().getPort());
        try {
            List<UdpListeners> udp =
                    transports.contains(Transport.UDP) ? List.of(UdpListeners.bind(same, sockets.udp())) : List.of();
            return new Listeners(tcp, udp);
        } catch (IOException | RuntimeException e) {
            if (tcp != null) {
                tcp.close();
            }
            throw BindFailure.on(Transport.UDP, same, e);
        }
    }

    private static TcpListener bindTcp(InetSocketAddress address, Optional<Listeners> today, TcpShared shared)
            throws EnvironmentException {
        Optional<TcpListener> overlapping = today.map(listeners -> listeners.tcp)
                .filter(listener -> listener.address().getPort() == address.getPort());
        try {
            return TcpListener.bind(address, overlapping, shared);
        } catch (IOException | RuntimeException e) {
            throw BindFailure.on(Transport.TCP, address, e);
        }
    }
}
