package dev.refractium.server.socket;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** Sockets of a test that has sides to dial, and neither listeners nor UDP. */
public abstract class OpensOnly implements Sockets {
    @Override
    public final Acceptor listen(UnixDomainSocketAddress address, Path file) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final Acceptor listen(InetSocketAddress address, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final UdpSocket bindUdp(InetSocketAddress address, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final UdpSocket connectUdp(InetSocketAddress address) {
        throw new UnsupportedOperationException();
    }
}
