package dev.refractium.server.socket;

import dev.refractium.server.net.BindOptions;
import dev.refractium.server.net.SourceAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** Sockets on Linux's calls, by Netty's native library. */
record EpollSockets(KeepAlive keepAlive) implements Sockets {
    @Override
    public Acceptor listen(InetSocketAddress address, BindOptions options, boolean shared) throws IOException {
        return EpollAcceptor.bind(address, options, shared, keepAlive);
    }

    @Override
    public Acceptor listen(UnixDomainSocketAddress address, UnixDomainSocketAddress at, int backlog)
            throws IOException {
        return EpollAcceptor.bind(address, at, backlog, keepAlive);
    }

    @Override
    public Side open(SocketAddress target, SourceAddress source) throws IOException {
        return EpollSide.dialling(target, source, keepAlive);
    }

    @Override
    public UdpSocket bindUdp(InetSocketAddress address, BindOptions options, boolean shared) throws IOException {
        return EpollUdpSocket.bound(address, options, shared);
    }

    @Override
    public UdpSocket connectUdp(InetSocketAddress address, SourceAddress source) throws IOException {
        return EpollUdpSocket.connected(address, source);
    }
}
