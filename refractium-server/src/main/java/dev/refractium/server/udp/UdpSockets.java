package dev.refractium.server.udp;

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

    /** Those that work on loops of {@code io}. */
    static UdpSockets of(Io io) {
        return switch (io) {
            case EPOLL -> new EpollUdpSockets();
            case NIO -> new NioUdpSockets();
        };
    }
}
