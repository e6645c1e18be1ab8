package dev.refractium.server.udp;

import dev.refractium.server.net.Binding;
import dev.refractium.server.net.Closer;
import dev.refractium.server.socket.UdpSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The UDP sockets of a server that are open, one per address: a set of listeners that needs an address which an earlier
 * one has takes the socket over, with its flows. Sockets share a port only while another one is bound to it, so that a
 * second start of the server finds it taken. Any thread.
 */
final class UdpPorts {
    private static final Logger log = LoggerFactory.getLogger(UdpPorts.class);

    private final UdpServices shared;

    /** Guarded by this object's monitor. */
    private final Map<InetSocketAddress, UdpListener> open = new HashMap<>();

    UdpPorts(UdpServices shared) {
        this.shared = shared;
    }

    /**
     * Returns the listener of this address, taken over or bound; port 0 takes any free one.
     *
     * @throws IOException if it cannot be bound
     */
    synchronized UdpListener at(Binding binding, UdpListeners owner) throws IOException {
        InetSocketAddress address = binding.internet();
        open.values().removeIf(listener -> !listener.isOpen());
        UdpListener known = open.get(address);
        if (known != null) {
            if (!known.owner().binding().options().equals(binding.options())) {
                throw new IOException("the options of a UDP socket change with its address, or at the next start");
            }
            known.takenBy(owner);
            return known;
        }
        List<UdpListener> beside = open.values().stream()
                .filter(listener -> listener.address().getPort() == address.getPort())
                .toList();
        try {
            for (UdpListener other : beside) {
                other.share(true);
            }
            UdpListener bound = bind(binding, !beside.isEmpty(), owner);
            open.put(bound.address(), bound);
            return bound;
        } finally {
            beside.forEach(UdpPorts::unshare);
        }
    }

    /** Undoes {@link #at}. */
    synchronized void giveBack(UdpListener listener) {
        if (!listener.givenBack()) {
            listener.close();
        }
    }

    /** Closes a listener of {@code owner}'s, unless another set has taken it over. */
    synchronized void close(UdpListener listener, UdpListeners owner) {
        if (listener.owner() == owner) {
            listener.close();
        }
    }

    private UdpListener bind(Binding binding, boolean sharing, UdpListeners owner) throws IOException {
        try (Closer closer = new Closer()) {
            UdpSocket socket = closer.add(
                    shared.loop().sockets().bindUdp(binding.internet(), binding.options(), sharing), UdpSocket::close);
            socket.share(false);
            UdpListener listener = new UdpListener(socket, owner, shared);
            closer.keep();
            return listener;
        }
    }

    private static void unshare(UdpListener listener) {
        try {
            listener.share(false);
        } catch (IOException e) {
            log.debug("the port of {} can still be shared", listener.address(), e);
        }
    }
}
