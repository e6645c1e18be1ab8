package dev.refractium.server.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** Sockets on the JDK's channels: portable, and the reference for the other kind. */
final class NioSockets implements Sockets {
    @Override
    public Acceptor listen(InetSocketAddress address, boolean shared) throws IOException {
        return NioAcceptor.bind(address, shared);
    }

    @Override
    public Acceptor listen(UnixDomainSocketAddress address, Path file) throws IOException {
        return NioAcceptor.bind(address, file);
    }

    @Override
    public Side open(SocketAddress target) throws IOException {
        return NioSide.dialling(target);
    }

    @Override
    public UdpSocket bindUdp(InetSocketAddress address, boolean shared) throws IOException {
        return NioUdpSocket.bound(address, shared);
    }

    @Override
    public UdpSocket connectUdp(InetSocketAddress address) throws IOException {
        return NioUdpSocket.connected(address);
    }
}
