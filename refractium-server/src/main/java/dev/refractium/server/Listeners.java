package dev.refractium.server;

import dev.refractium.api.Transport;
import dev.refractium.server.net.Loop;
import dev.refractium.server.tcp.TcpListener;
import dev.refractium.server.tcp.TcpShared;
import dev.refractium.server.text.Addresses;
import dev.refractium.server.udp.UdpListener;
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
final class Listeners {
    /** How often another free port is tried where TCP's is taken on UDP. */
    private static final int ATTEMPTS = 16;

    private final @Nullable TcpListener tcp;
    private final List<UdpListener> udp;

    /** Made before it is needed: without a descriptor no class can be loaded. */
    private final String tcpName;

    private Listeners(@Nullable TcpListener tcp, List<UdpListener> udp) {
        this.tcp = tcp;
        this.udp = udp;
        this.tcpName = tcp == null ? "" : "listener tcp " + Addresses.text(tcp.address());
    }

    /** What sockets are bound for. */
    record Sockets(TcpShared tcp, UdpShared udp) {}

    /** Listeners of this server that are open: TCP's, and UDP's whether they serve or retire. */
    record Beside(Optional<TcpListener> tcp, List<UdpListener> udp) {}

    /** Binds; port 0 takes a port that is free on all {@code transports}. */
    static Listeners bind(InetSocketAddress address, Set<Transport> transports, Sockets sockets) throws StartException {
        return bind(address, new Beside(Optional.empty(), List.of()), transports, sockets);
    }

    /** Binds beside others of this server, which go on as they are even where the addresses overlap. */
    static Listeners bind(InetSocketAddress address, Beside beside, Set<Transport> transports, Sockets sockets)
            throws StartException {
        for (int attempt = 1; ; attempt++) {
            try {
                return bindOnce(address, beside, transports, sockets);
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
        return udp.stream().findFirst().map(UdpListener::address);
    }

    void start() {
        if (tcp != null) {
            tcp.start();
        }
        udp.forEach(UdpListener::start);
    }

    /** TCP is accepted on another loop, if it is on this one, which does not answer. Any thread. */
    void leave(Loop stuck) {
        if (tcp != null) {
            tcp.leave(stuck);
        }
    }

    /** Returns whether {@code listener} is one of these. */
    boolean has(UdpListener listener) {
        return udp.contains(listener);
    }

    /** Has each look for what has arrived, whether or not it was notified. Any thread. */
    void check() {
        if (tcp != null) {
            tcp.check();
        }
    }

    /** Returns why clients are not served, a line per listener; empty if all are. Any thread. */
    List<String> troubles() {
        return tcp == null
                ? List.of()
                : tcp.trouble().map(reason -> tcpName + " does not accept: " + reason).stream()
                        .toList();
    }

    /** Takes nothing new. UDP stays open, since its flows' answers leave by it. */
    void drain() {
        if (tcp != null) {
            tcp.close();
        }
        udp.forEach(UdpListener::drain);
    }

    void close() {
        udp.forEach(UdpListener::close);
    }

    /**
     * {@code next} takes their place: TCP closes now, and what UDP does not share with it when the last of its flows has
     * ended.
     *
     * @return the listeners that are still open and not of {@code next}
     */
    List<UdpListener> retireFor(Listeners next) {
        if (tcp != null) {
            tcp.close();
        }
        List<UdpListener> gone =
                udp.stream().filter(listener -> !next.udp.contains(listener)).toList();
        gone.forEach(UdpListener::retire);
        return gone;
    }

    /** These, and {@code retiring}, as others that are bound find them. */
    Beside beside(List<UdpListener> retiring) {
        List<UdpListener> open = new ArrayList<>(udp);
        open.addAll(retiring);
        return new Beside(Optional.ofNullable(tcp), open);
    }

    /** Where it listens, on whichever transport. */
    InetSocketAddress address() {
        return address(Transport.TCP)
                .or(() -> address(Transport.UDP))
                .orElseThrow(() -> new IllegalStateException("no transport"));
    }

    private static Listeners bindOnce(
            InetSocketAddress address, Beside beside, Set<Transport> transports, Sockets sockets)
            throws StartException {
        TcpListener tcp = transports.contains(Transport.TCP) ? bindTcp(address, beside, sockets.tcp()) : null;
        InetSocketAddress same = tcp == null
                ? address
                : new InetSocketAddress(address.getAddress(), tcp.address().getPort());
        try {
            List<UdpListener> udp = transports.contains(Transport.UDP)
                    ? UdpListeners.bind(same, beside.udp(), sockets.udp())
                    : List.of();
            return new Listeners(tcp, udp);
        } catch (IOException | RuntimeException e) {
            if (tcp != null) {
                tcp.close();
            }
            throw BindTrouble.on(Transport.UDP, same, e);
        }
    }

    private static TcpListener bindTcp(InetSocketAddress address, Beside beside, TcpShared shared)
            throws StartException {
        Optional<TcpListener> overlapping =
                beside.tcp().filter(listener -> listener.address().getPort() == address.getPort());
        try {
            return TcpListener.bind(address, overlapping, shared);
        } catch (IOException | RuntimeException e) {
            throw BindTrouble.on(Transport.TCP, address, e);
        }
    }
}
