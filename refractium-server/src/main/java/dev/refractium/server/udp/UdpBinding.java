package dev.refractium.server.udp;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of one address in the making, beside others of this server on the same port. Sockets share the port only
 * while one is bound, so that a second start of the server finds it taken. One use, one thread.
 */
final class UdpBinding {
    private static final Logger log = LoggerFactory.getLogger(UdpBinding.class);

    private final UdpShared shared;
    private final List<UdpListener> beside;
    private final List<UdpListener> listeners = new ArrayList<>();

    /** The listeners that this binding has opened. */
    private final List<UdpListener> opened = new ArrayList<>();

    /** @param beside open listeners of this server on the same port */
    UdpBinding(UdpShared shared, List<UdpListener> beside) {
        this.shared = shared;
        this.beside = beside;
    }

    /** Takes the socket that has this address, or binds one. */
    void add(InetSocketAddress address) throws IOException {
        Optional<UdpListener> same = beside.stream()
                .filter(listener -> listener.address().equals(address) && listener.hold())
                .findFirst();
        listeners.add(same.isPresent() ? same.get() : open(address));
    }

    /** Adds a socket for each address of this machine that the wildcard, which was added first, stands for. */
    void addLocal() throws IOException {
        InetSocketAddress wildcard = listeners.get(0).address();
        boolean v4Only = wildcard.getAddress() instanceof Inet4Address;
        for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
            for (InetAddress local : network.inetAddresses().toList()) {
                if (network.isUp() && (!v4Only || local instanceof Inet4Address)) {
                    try {
                        add(new InetSocketAddress(local, wildcard.getPort()));
                    } catch (IOException e) {
                        log.debug("no socket of its own for {}", local, e);
                    }
                }
            }
        }
    }

    /** The listeners, in the order that they were added. */
    List<UdpListener> done() {
        return List.copyOf(listeners);
    }

    /** Closes what was opened, and lets what was held retire. */
    void undo() {
        opened.forEach(UdpListener::close);
        listeners.stream().filter(listener -> !opened.contains(listener)).forEach(UdpListener::release);
    }

    private UdpListener open(InetSocketAddress address) throws IOException {
        List<UdpListener> sharing = new ArrayList<>(beside);
        sharing.addAll(opened);
        try {
            for (UdpListener other : sharing) {
                other.share(true);
            }
            UdpSocket socket = shared.sockets().bind(address, !sharing.isEmpty());
            return opened(socket);
        } finally {
            for (UdpListener other : sharing) {
                other.share(false);
            }
        }
    }

    private UdpListener opened(UdpSocket socket) throws IOException {
        try {
            socket.share(false);
            UdpListener listener = new UdpListener(socket, shared);
            opened.add(listener);
            return listener;
        } catch (IOException | RuntimeException | Error e) {
            socket.close();
            throw e;
        }
    }
}
