package dev.refractium.server.net;

import java.net.Inet6Address;
import java.net.InetAddress;

/** How far an address reaches. Any thread. */
public final class AddressScope {
    private AddressScope() {}

    /**
     * Returns whether an address is of a network that is not routed on the Internet: RFC 1918, shared by carriers' NAT (RFC
     * 6598), or unique local (RFC 4193).
     */
    public static boolean isPrivate(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet6Address) {
            return address.isSiteLocalAddress() || (bytes[0] & 0xfe) == 0xfc;
        }
        return address.isSiteLocalAddress() || (bytes[0] == 100 && (bytes[1] & 0xc0) == 64);
    }

    /** Returns whether an address stands for one host on its network: not unspecified, loopback, multicast or link-local. */
    public static boolean isOfOneHost(InetAddress address) {
        return !(address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isMulticastAddress()
                || address.isLinkLocalAddress()
                || isBroadcast(address));
    }

    /** Returns whether an address is one that the Internet reaches. */
    public static boolean isPublic(InetAddress address) {
        return isOfOneHost(address) && !isPrivate(address);
    }

    /** Returns whether an address is of 0.0.0.0/8 or 240.0.0.0/4, which no host has. */
    private static boolean isBroadcast(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 && (bytes[0] == 0 || (bytes[0] & 0xf0) == 0xf0);
    }
}
