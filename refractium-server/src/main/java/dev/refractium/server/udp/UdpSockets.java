package dev.refractium.server.udp;

import dev.refractium.server.net.EphemeralPorts;
import dev.refractium.server.net.Io;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Makes the UDP sockets of one kind: the seam's only constructor. Any thread. */
interface UdpSockets {
    /**
     * A socket that hears anybody at {@code address}; port 0 takes any free one.
     *
     * @param shared whether others may have the address, too
     * @throws IOException if the address cannot be bound
     */
    UdpSocket bind(InetSocketAddress address, boolean shared) throws IOException;

    /**
     * A socket on a free port that hears {@code address} only.
     *
     * @throws IOException if there is no descriptor left, or no way there
     */
    UdpSocket connect(InetSocketAddress address) throws IOException;

    /**
     * As {@link #connect}, but never to itself: where nobody has {@code address}, and its port is one that the system
     * may choose, the socket could get it for its own and hear what it sends.
     */
    default UdpSocket dial(InetSocketAddress address) throws IOException {
        UdpSocket socket = connect(address);
        if (!EphemeralPorts.include(address.getPort())) {
            return socket;
        }
        try {
            if (!address.equals(socket.local())) {
                return socket;
            }
            // As long as this one has the port, the next gets another.
            UdpSocket other = connect(address);
            socket.close();
            return other;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Those that work on loops of {@code io}. */
    static UdpSockets of(Io io) {
        return switch (io) {
            case EPOLL -> new EpollUdpSockets();
            case NIO -> new NioUdpSockets();
        };
    }
}
