package dev.refractium.server.proxyprotocol;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.function.Predicate;

/**
 * What sort of address a header gives as the client's. No client beyond a proxy has any but a usable one; rules that trust
 * loopback or this machine would take the others for neighbours.
 */
public enum SourceKind {
    USABLE("usable"),
    UNSPECIFIED("unspecified"),
    /** IPv4's broadcast too. */
    MULTICAST("multicast"),
    LOOPBACK("loopback"),
    OWN("this machine's own");

    private final String text;

    SourceKind(String text) {
        this.text = text;
    }

    /**
     * Returns the kind of {@code source}.
     *
     * @param isOwn whether an address is one of this machine's
     */
    public static SourceKind of(InetAddress source, Predicate<InetAddress> isOwn) {
        if (source.isAnyLocalAddress() || isThisNetwork(source)) {
            return UNSPECIFIED;
        }
        if (source.isMulticastAddress() || isBroadcast(source)) {
            return MULTICAST;
        }
        if (source.isLoopbackAddress()) {
            return LOOPBACK;
        }
        return isOwn.test(source) ? OWN : USABLE;
    }

    public boolean isUsable() {
        return this == USABLE;
    }

    /** Returns the word for messages. */
    @Override
    public String toString() {
        return text;
    }

    /** Returns whether it is of 0.0.0.0/8, which is nobody's source (RFC 1122, 3.2.1.3). */
    private static boolean isThisNetwork(InetAddress source) {
        return source instanceof Inet4Address && source.getAddress()[0] == 0;
    }

    private static boolean isBroadcast(InetAddress source) {
        return source instanceof Inet4Address && source.hashCode() == -1;
    }
}
