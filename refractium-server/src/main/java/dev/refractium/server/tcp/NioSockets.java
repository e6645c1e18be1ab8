package dev.refractium.server.tcp;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Sockets on the JDK's channels: portable, and the reference for the other kind. */
final class NioSockets implements Sockets {
    @Override
    public Acceptor listen(InetSocketAddress address, boolean shared) throws IOException {
        return NioAcceptor.bind(address, shared);
    }

    @Override
    public Side open(InetSocketAddress target) throws IOException {
        return NioSide.dialling(target);
    }
}
