package dev.refractium.server.net;

import dev.refractium.api.Transport;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/**
 * The transport and address of a listener.
 *
 * @param address port 0 means any free port
 * @param options what its socket is bound with
 */
public record Binding(Transport transport, InetSocketAddress address, BindOptions options) {
    /** A binding with nothing but its address. */
    public Binding(Transport transport, InetSocketAddress address) {
        this(transport, address, BindOptions.USUAL);
    }

    /** Returns whether this binding serves {@code other}; false while the port is not known. */
    public boolean includes(InetSocketAddress other) {
        InetAddress bind = address.getAddress();
        InetAddress host = other.getAddress();
        int port = address.getPort();
        if (port == 0 || other.getPort() != port || host == null) {
            return false;
        }
        if (host.isAnyLocalAddress()) {
            // A connect to the wildcard goes to this machine itself.
            return bind.isAnyLocalAddress() || bind.isLoopbackAddress();
        }
        return bind.equals(host) || (bind.isAnyLocalAddress() && takes(host) && isLocal(host));
    }

    /** Returns whether the wildcard takes the family of {@code host}: "0.0.0.0" takes IPv4 only, "::" both. */
    private boolean takes(InetAddress host) {
        return address.getAddress() instanceof Inet6Address || host instanceof Inet4Address;
    }

    /**
     * Returns whether the Internet can reach this binding: its address is public, or it is a wildcard and this machine has
     * such an address. An address that only a router in front of the machine knows is not seen.
     */
    public boolean isPublic() {
        InetAddress bind = address.getAddress();
        return bind.isAnyLocalAddress() ? hasPublicAddress() : AddressScope.isPublic(bind);
    }

    private boolean hasPublicAddress() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .anyMatch(local -> takes(local) && AddressScope.isPublic(local));
        } catch (SocketException e) {
            return false;
        }
    }

    /** Returns this binding on another port. */
    public Binding on(int port) {
        return at(new InetSocketAddress(address.getAddress(), port));
    }

    /** Returns this binding at another address. */
    public Binding at(InetSocketAddress other) {
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
