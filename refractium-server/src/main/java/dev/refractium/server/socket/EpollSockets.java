package dev.refractium.server.socket;

import dev.refractium.server.net.SourceAddress;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Sockets on Linux's calls, by Netty's native library. */
record EpollSockets(KeepAlive keepAlive) implements Sockets {
    @Override
    public Acceptor listen(InetSocketAddress address, boolean shared) throws IOException {
        return EpollAcceptor.bind(address, shared, keepAlive);
    }

    @Override
    public Side open(InetSocketAddress target, SourceAddress source) throws IOException {
        return EpollSide.dialling(target, source, keepAlive);
    }

    @Override
    public UdpSocket bindUdp(InetSocketAddress address, boolean shared) throws IOException {
        return EpollUdpSocket.bound(address, shared);
    }

    @Override
    public UdpSocket connectUdp(InetSocketAddress address, SourceAddress source) throws IOException {
        return EpollUdpSocket.connected(address, source);
    }
}
