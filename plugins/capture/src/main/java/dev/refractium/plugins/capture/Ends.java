package dev.refractium.plugins.capture;

import dev.refractium.api.Direction;
import dev.refractium.api.Session;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Where a packet comes from and goes to, both addresses of one length. What a client and the proxy say to each other is
 * shown; the backend's part is shown as the proxy's, which is what the client saw.
 */
final class Ends {
    private static final int IPV6 = 16;
    private static final InetSocketAddress NONE = InetSocketAddress.createUnresolved("none", 0);

    private final byte[] from;
    private final int fromPort;
    private final byte[] to;
    private final int toPort;

    private Ends(byte[] from, int fromPort, byte[] to, int toPort) {
        this.from = from;
        this.fromPort = fromPort;
        this.to = to;
        this.toPort = toPort;
    }

    static Ends of(Session session, Direction direction) {
        return switch (direction) {
            case FROM_CLIENT -> of(session.client(), session.listener());
            case FROM_BACKEND -> of(session.listener(), session.client());
        };
    }

    /** Not to be written to. */
    byte[] from() {
        return from;
    }

    int fromPort() {
        return fromPort;
    }

    /** Not to be written to. */
    byte[] to() {
        return to;
    }

    int toPort() {
        return toPort;
    }

    boolean isIpv6() {
        return from.length == IPV6;
    }

    /** Packets have Internet addresses: another kind is shown as 0.0.0.0, port 0. */
    private static InetSocketAddress internet(SocketAddress address) {
        return address instanceof InetSocketAddress known ? known : NONE;
    }

    private static Ends of(SocketAddress first, SocketAddress second) {
        InetSocketAddress from = internet(first);
        InetSocketAddress to = internet(second);
        byte[] source = bytes(from);
        byte[] target = bytes(to);
        boolean wide = source.length == IPV6 || target.length == IPV6;
        return new Ends(wide ? wide(source) : source, from.getPort(), wide ? wide(target) : target, to.getPort());
    }

    private static byte[] bytes(InetSocketAddress address) {
        InetAddress known = address.getAddress();
        return known == null ? new byte[4] : known.getAddress();
    }

    /** An IPv4 address as IPv6 has it. */
    private static byte[] wide(byte[] address) {
        if (address.length == IPV6) {
            return address;
        }
        byte[] mapped = new byte[IPV6];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(address, 0, mapped, 12, address.length);
        return mapped;
    }
}
