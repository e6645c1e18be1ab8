package dev.refractium.server.cli;

import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** Addresses as people write them. */
final class Addresses {
    private Addresses() {}

    /** {@code 127.0.0.1:80} or {@code [::1]:80}. */
    static String text(InetSocketAddress socket) {
        String address = socket.getAddress().getHostAddress();
        return socket.getAddress() instanceof Inet6Address
                ? "[" + address + "]:" + socket.getPort()
                : address + ":" + socket.getPort();
    }
}
