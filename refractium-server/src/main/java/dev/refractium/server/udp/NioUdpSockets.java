package dev.refractium.server.udp;

import java.io.IOException;
import java.net.InetSocketAddress;

/** UDP sockets on the JDK's channels: portable, and the reference for the other kind. */
final class NioUdpSockets implements UdpSockets {
    @Override
    public UdpSocket bind(InetSocketAddress address, boolean shared) throws IOException {
        return NioUdpSocket.bound(address, shared);
    }

    @Override
    public UdpSocket connect(InetSocketAddress address) throws IOException {
        return NioUdpSocket.connected(address);
    }
}
