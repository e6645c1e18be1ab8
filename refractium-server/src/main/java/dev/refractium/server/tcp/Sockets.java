package dev.refractium.server.tcp;

import dev.refractium.server.net.Io;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Makes the sockets of one kind: the seam's only constructor. Any thread. */
interface Sockets {
    /** How many connections may wait to be accepted. */
    int BACKLOG = 4096;

    /**
     * Listens on {@code address}; port 0 takes any free one.
     *
     * @param shared whether another socket of this process, which shares its port too, may listen on an address that
     *     overlaps this one
     * @throws IOException if the address cannot be bound
     */
    Acceptor listen(InetSocketAddress address, boolean shared) throws IOException;

    /**
     * A side that will dial an address of the family of {@code target}.
     *
     * @throws IOException if there is no descriptor left
     */
    Side open(InetSocketAddress target) throws IOException;

    /** Those that work on loops of {@code io}. */
    static Sockets of(Io io) {
        return switch (io) {
            case EPOLL -> new EpollSockets();
            case NIO -> new NioSockets();
        };
    }
}
