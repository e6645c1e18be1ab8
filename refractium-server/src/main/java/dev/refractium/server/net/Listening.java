package dev.refractium.server.net;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/**
 * Where a server listens, to tell whether an address is its own. Immutable.
 *
 * @param port 0: not known yet, so that no address is
 */
public record Listening(InetAddress bind, int port) {
    /** Whether a connect to {@code address} would come back here. */
    public boolean includes(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        if (port == 0 || address.getPort() != port || host == null) {
            return false;
        }
        if (host.isAnyLocalAddress()) {
            // A connect to the wildcard goes to this machine itself.
            return bind.isAnyLocalAddress() || bind.isLoopbackAddress();
        }
        return bind.equals(host) || (bind.isAnyLocalAddress() && takes(host) && isLocal(host));
    }

    /** The IPv4 wildcard takes IPv4 only, "::" takes both. */
    private boolean takes(InetAddress host) {
        return bind instanceof Inet6Address || host instanceof Inet4Address;
    }

    private static boolean isLocal(InetAddress host) {
        try {
            return host.isLoopbackAddress() || NetworkInterface.getByInetAddress(host) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
