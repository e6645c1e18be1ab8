package dev.refractium.server.proxyprotocol;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A complete header. IPv4 addresses that were mapped into IPv6 are IPv4 addresses here.
 *
 * @param version 1 or 2
 * @param source the client's address; null if the header carries none, so that the peer is the client: LOCAL, UNKNOWN,
 *     and families that are not IP
 * @param destination the address that the client connected to; null if {@code source} is
 * @param length how many bytes the header takes, before the client's own
 */
public record ProxyHeader(
        int version,
        @Nullable InetSocketAddress source,
        @Nullable InetSocketAddress destination,
        int length) implements HeaderResult {
    public ProxyHeader {
        if (version < 1 || version > 2 || length < 1) {
            throw new IllegalArgumentException("version " + version + ", length " + length);
        }
        if ((source == null) != (destination == null)) {
            throw new IllegalArgumentException("one address without the other");
        }
    }
}
