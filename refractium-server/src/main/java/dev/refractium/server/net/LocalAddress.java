package dev.refractium.server.net;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses of this machine. Any thread. */
public final class LocalAddress {
    private LocalAddress() {}

    /** Returns whether a socket can be bound to {@code address}, now; a lack of descriptors counts as no. */
    public static boolean canBind(InetAddress address) {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, 0))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
