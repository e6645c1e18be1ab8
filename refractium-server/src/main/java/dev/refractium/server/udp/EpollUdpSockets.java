package dev.refractium.server.udp;

import java.io.IOException;
import java.net.InetSocketAddress;

/** UDP sockets on Linux's calls, by Netty's native library. */
final class EpollUdpSockets implements UdpSockets {
    @Override
    public UdpSocket bind(InetSocketAddress address, boolean shared) throws IOException {
        return EpollUdpSocket.bound(address, shared);
    }

    @Override
    public UdpSocket connect(InetSocketAddress address) throws IOException {
        return EpollUdpSocket.connected(address);
    }
}
