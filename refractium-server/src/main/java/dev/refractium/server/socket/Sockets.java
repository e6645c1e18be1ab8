package dev.refractium.server.socket;

import dev.refractium.server.net.AbstractName;
import dev.refractium.server.net.BindOptions;
import dev.refractium.server.net.EphemeralPorts;
import dev.refractium.server.net.InheritedSockets;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.NoSocketException;
import dev.refractium.server.net.SourceAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** Makes the sockets of one kind, of TCP and of UDP: the seam's only constructor. Any thread. */
public interface Sockets {
    /**
     * Listens on {@code address}; port 0 takes any free port.
     *
     * @param options those that need epoll are for that kind only
     * @param shared whether another socket of this process, which shares its port too, may listen on an address that
     *     overlaps this one
     * @throws IOException if the address cannot be bound
     */
    Acceptor listen(InetSocketAddress address, BindOptions options, boolean shared) throws IOException;

    /**
     * Listens on a Unix socket.
     *
     * @param address by which clients find it
     * @param at where it is bound: a file that another may move to {@code address}, or {@code address} itself, which may be
     *     an {@link AbstractName} on epoll
     * @param backlog how many connections may wait to be accepted
     * @throws IOException if the file cannot be made, or the name is taken
     */
    Acceptor listen(UnixDomainSocketAddress address, UnixDomainSocketAddress at, int backlog) throws IOException;

    /**
     * Opens a side for dialling {@code target} from {@code source}, which means nothing to a {@link
     * UnixDomainSocketAddress}.
     *
     * @throws IOException if there is no descriptor left, the source cannot be bound, or it is of another family
     */
    Side open(SocketAddress target, SourceAddress source) throws IOException;

    /**
     * A UDP socket that receives from any address at {@code address}; port 0 takes any free one.
     *
     * @param options those that need epoll are for that kind only
     * @param shared whether others may have the address, too
     * @throws IOException if the address cannot be bound
     */
    UdpSocket bindUdp(InetSocketAddress address, BindOptions options, boolean shared) throws IOException;

    /**
     * A UDP socket on a free port of {@code source} that receives from {@code address} only.
     *
     * @throws IOException if there is no descriptor left, which is a {@link NoSocketException} where the class of the
     *     system's failure does not show it, no way there, or the source cannot be bound or is of another family
     */
    UdpSocket connectUdp(InetSocketAddress address, SourceAddress source) throws IOException;

    /**
     * As {@link #connectUdp}, but never to itself: where nobody has {@code address}, and its port is one that the system
     * may choose, the socket could get it for its own and receive what it sends.
     */
    default UdpSocket dialUdp(InetSocketAddress address, SourceAddress source) throws IOException {
        UdpSocket socket = connectUdp(address, source);
        if (!EphemeralPorts.include(address.getPort())) {
            return socket;
        }
        try {
            if (!address.equals(socket.local())) {
                return socket;
            }
            // As long as this one has the port, the next gets another.
            UdpSocket other = connectUdp(address, source);
            socket.close();
            return other;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Returns how sides and accepted connections notice a peer that has vanished. */
    default KeepAlive keepAlive() {
        return KeepAlive.USUAL;
    }

    /** Returns the factory for loops of {@code io}. */
    static Sockets of(IoKind io) {
        return of(io, KeepAlive.USUAL, new InheritedSockets());
    }

    /** Returns the factory for loops of {@code io}, whose listeners take inherited sockets, on epoll. */
    static Sockets of(IoKind io, InheritedSockets inherited) {
        return of(io, KeepAlive.USUAL, inherited);
    }

    /** Returns the factory for loops of {@code io}, whose sockets go by {@code keepAlive}. */
    static Sockets of(IoKind io, KeepAlive keepAlive) {
        return of(io, keepAlive, new InheritedSockets());
    }

    private static Sockets of(IoKind io, KeepAlive keepAlive, InheritedSockets inherited) {
        return switch (io) {
            case EPOLL -> new EpollSockets(keepAlive, inherited);
            case NIO -> new NioSockets(keepAlive);
        };
    }
}
