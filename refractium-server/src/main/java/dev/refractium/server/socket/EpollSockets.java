package dev.refractium.server.socket;

import dev.refractium.api.Transport;
import dev.refractium.server.net.BindOptions;
import dev.refractium.server.net.InheritedSockets;
import dev.refractium.server.net.SourceAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Optional;

/**
 * Sockets on Linux's calls, by Netty's native library.
 *
 * @param inherited those that listeners take in place of new ones
 */
record EpollSockets(KeepAlive keepAlive, InheritedSockets inherited) implements Sockets {
    @Override
    public Acceptor listen(InetSocketAddress address, BindOptions options, boolean shared) throws IOException {
        Optional<Socket> open = inherited.take(Transport.TCP, address);
        return open.isPresent()
                ? EpollAcceptor.inherit(open.get(), options, keepAlive)
                : EpollAcceptor.bind(address, options, shared, keepAlive);
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
        Optional<Socket> open = inherited.take(Transport.UDP, address);
        return open.isPresent() ? EpollUdpSocket.inherit(open.get()) : EpollUdpSocket.bound(address, options, shared);
    }

    @Override
    public UdpSocket connectUdp(InetSocketAddress address, SourceAddress source) throws IOException {
        return EpollUdpSocket.connected(address, source);
    }
}
