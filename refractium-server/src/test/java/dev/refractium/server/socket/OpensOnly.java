package dev.refractium.server.socket;

import dev.refractium.server.net.BindOptions;
import dev.refractium.server.net.SourceAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;

/** Sockets of a test that has sides to dial, and neither listeners nor UDP. */
public abstract class OpensOnly implements Sockets {
    @Override
    public final Acceptor listen(UnixDomainSocketAddress address, UnixDomainSocketAddress at, int backlog) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final Acceptor listen(InetSocketAddress address, BindOptions options, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final UdpSocket bindUdp(InetSocketAddress address, BindOptions options, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final UdpSocket connectUdp(InetSocketAddress address, SourceAddress source) {
        throw new UnsupportedOperationException();
    }
}
