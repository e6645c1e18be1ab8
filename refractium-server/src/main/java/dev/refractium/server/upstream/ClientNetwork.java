package dev.refractium.server.upstream;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** The network that a client counts by as a witness of a failure: its /24, or the /48 of an IPv6 address. */
final class ClientNetwork {
    /** Clients without an address, as those of a Unix socket, count as one network. */
    private static final long NONE = -1;

    private static final int IPV4_BYTES = 3;
    private static final int IPV6_BYTES = 6;

    private ClientNetwork() {}

    /** Returns a number for the network, which differs for each. */
    static long of(SocketAddress client) {
        if (!(client instanceof InetSocketAddress internet) || internet.isUnresolved()) {
            return NONE;
        }
        boolean four = internet.getAddress() instanceof Inet4Address;
        byte[] address = internet.getAddress().getAddress();
        long network = four ? 4 : 6;
        for (int i = 0; i < (four ? IPV4_BYTES : IPV6_BYTES); i++) {
            network = network << 8 | (address[i] & 0xff);
        }
        return network;
    }
}
