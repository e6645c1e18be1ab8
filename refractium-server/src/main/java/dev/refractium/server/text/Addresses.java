package dev.refractium.server.text;

import java.net.InetSocketAddress;

/** Addresses as people write them. */
public final class Addresses {
    private Addresses() {}

    /** Returns {@code 127.0.0.1:80} or {@code [::1]:80}; zeros of an IPv6 address are not left out. */
    public static String text(InetSocketAddress socket) {
        String address = socket.getAddress().getHostAddress();
        return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + socket.getPort();
    }
}
