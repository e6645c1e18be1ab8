package dev.refractium.server;

import dev.refractium.api.Transport;
import dev.refractium.server.net.Loop;
import dev.refractium.server.tcp.TcpListener;
import dev.refractium.server.tcp.TcpShared;
import dev.refractium.server.udp.UdpListeners;
import dev.refractium.server.udp.UdpShared;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The listeners of one address, TCP and UDP on the same port. */
final class Listeners {
    /** How often another free port is tried where TCP's is taken on UDP. */
    private static final int ATTEMPTS = 16;

    private final @Nullable TcpListener tcp;
    /** None or one. */
    private final List<UdpListeners> udp;

    private Listeners(@Nullable TcpListener tcp, List<UdpListeners> udp) {
        this.tcp = tcp;
        this.udp = udp;
    }

    /** What sockets are bound for. */
    record Sockets(TcpShared tcp, UdpShared udp) {}

    /** Binds; port 0 takes a port that is free on all {@code transports}. */
    static Listeners bind(InetSocketAddress address, Set<Transport> transports, Sockets sockets) throws StartException {
        for (int attempt = 1; ; attempt++) {
            try {
                return bindOnce(address, transports, sockets);
            } catch (StartException e) {
                if (address.getPort() != 0 || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    Optional<InetSocketAddress> address(Transport transport) {
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

    /** Closes all at once, and ends the flows that go this way; when this returns the port is free. */
    void abandon() {
        if (tcp != null) {
            tcp.close();
        }
        udp.forEach(UdpListeners::abandon);
    }

    /** Whether a socket is still open. */
    boolean isOpen() {
        return udp.stream().anyMatch(UdpListeners::isOpen);
    }

    /** Where it listens, on whichever transport. */
    InetSocketAddress address() {
        return address(Transport.TCP)
                .or(() -> address(Transport.UDP))
                .orElseThrow(() -> new IllegalStateException("no transport"));
    }

    private static Listeners bindOnce(InetSocketAddress address, Set<Transport> transports, Sockets sockets)
            throws StartException {
        TcpListener tcp = transports.contains(Transport.TCP) ? bindTcp(address, sockets.tcp()) : null;
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
            throw BindTrouble.on(Transport.UDP, same, e);
        }
    }

    private static TcpListener bindTcp(InetSocketAddress address, TcpShared shared) throws StartException {
        try {
            return TcpListener.bind(address, shared);
        } catch (IOException | RuntimeException e) {
            throw BindTrouble.on(Transport.TCP, address, e);
        }
    }
}
