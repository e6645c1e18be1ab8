package dev.refractium.server.net;

import dev.refractium.api.Transport;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;

/**
 * The transport and address of a listener.
 *
 * @param address of the Internet, where port 0 means any free port, or a {@link UnixDomainSocketAddress}
 * @param options what its socket is bound with
 */
public record Binding(Transport transport, SocketAddress address, BindOptions options) {
    /** The port of a Unix socket, which no other listener has. */
    private static final int NO_PORT = -1;

    /** A binding with nothing but its address. */
    public Binding(Transport transport, SocketAddress address) {
        this(transport, address, BindOptions.USUAL);
    }

    /** Returns whether this is a Unix socket. */
    public boolean isUnix() {
        return address instanceof UnixDomainSocketAddress;
    }

    /** Returns the address of a binding that is no Unix socket. */
    public InetSocketAddress internet() {
        return (InetSocketAddress) address;
    }

    /** Returns the port; 0 if it is any free one, and a number that is no port if this is a Unix socket. */
    public int port() {
        return isUnix() ? NO_PORT : internet().getPort();
    }

    /** Returns whether this binding serves {@code other}; false while the port is not known. */
    public boolean includes(InetSocketAddress other) {
        return !isUnix() && includes(internet(), other);
    }

    private boolean includes(InetSocketAddress own, InetSocketAddress other) {
        InetAddress bind = own.getAddress();
        InetAddress host = other.getAddress();
        int port = own.getPort();
        if (port == 0 || other.getPort() != port || host == null) {
            return false;
        }
        if (host.isAnyLocalAddress()) {
            // A connect to the wildcard goes to this machine itself.
            return bind.isAnyLocalAddress() || bind.isLoopbackAddress();
        }
        return bind.equals(host) || (bind.isAnyLocalAddress() && takes(bind, host) && isLocal(host));
    }

    /** Returns whether the wildcard takes the family of {@code host}: "0.0.0.0" takes IPv4 only, "::" both. */
    private static boolean takes(InetAddress wildcard, InetAddress host) {
        return wildcard instanceof Inet6Address || host instanceof Inet4Address;
    }

    /**
     * Returns whether the Internet can reach this binding: its address is public, or it is a wildcard and this machine has
     * such an address. An address that only a router in front of the machine knows is not seen.
     */
    public boolean isPublic() {
        if (isUnix()) {
            return false;
        }
        InetAddress bind = internet().getAddress();
        return bind.isAnyLocalAddress() ? hasPublicAddress() : AddressScope.isPublic(bind);
    }

    private boolean hasPublicAddress() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .anyMatch(local -> takes(internet().getAddress(), local) && AddressScope.isPublic(local));
        } catch (SocketException e) {
            return false;
        }
    }

    /** Returns this binding on another port. */
    public Binding on(int port) {
        return at(new InetSocketAddress(internet().getAddress(), port));
    }

    /** Returns this binding at another address. */
    public Binding at(SocketAddress other) {
        return new Binding(transport, other, options);
    }

    private static boolean isLocal(InetAddress host) {
        try {
            return host.isLoopbackAddress() || NetworkInterface.getByInetAddress(host) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
