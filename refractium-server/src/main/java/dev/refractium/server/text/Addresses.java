package dev.refractium.server.text;

import java.net.InetSocketAddress;

/** Addresses as people write them. */
public final class Addresses {
    private Addresses() {}

    /** {@code 127.0.0.1:80} or {@code [::1]:80}, though without leaving zeros out. */
    public static String text(InetSocketAddress socket) {
        String address = socket.getAddress().getHostAddress();
        return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + socket.getPort();
    }
}
