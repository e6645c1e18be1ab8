package dev.refractium.server.udp;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.ProxyTrust;
import dev.refractium.server.net.OwnAddresses;
import dev.refractium.server.proxyprotocol.HeaderReader;
import dev.refractium.server.proxyprotocol.HeaderResult;
import dev.refractium.server.proxyprotocol.HeaderResult.NoHeader;
import dev.refractium.server.proxyprotocol.ProxyHeader;
import dev.refractium.server.proxyprotocol.SourceKind;
import dev.refractium.server.session.EndReason;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Whom a datagram of a listener with trusted proxies comes from.
 *
 * @param client the peer, or the one that it has passed on
 * @param destination the address that the client sent to
 * @param refused why the datagram is dropped; null if it is not
 */
record DatagramSender(
        InetSocketAddress client,
        InetSocketAddress destination,
        @Nullable EndReason refused) {
    /**
     * Reads the header of a datagram in the loop's buffer, and strips it off.
     *
     * @param local the address that the datagram came to
     */
    static DatagramSender of(ProxyTrust trust, ByteBuffer datagram, InetSocketAddress peer, InetSocketAddress local) {
        if (!trust.includes(peer.getAddress())) {
            boolean isSpoofed = HeaderReader.isBegun(datagram);
            return new DatagramSender(peer, local, isSpoofed ? EndReason.PROXY_UNTRUSTED : null);
        }
        HeaderResult result = HeaderReader.read(datagram, Transport.UDP);
        if (!(result instanceof ProxyHeader header)) {
            boolean isMissing = result == NoHeader.ABSENT;
            return new DatagramSender(peer, local, isMissing ? EndReason.PROXY_MISSING : EndReason.PROXY_MALFORMED);
        }
        datagram.position(header.length());
        datagram.compact().flip();
        InetSocketAddress source = header.source();
        InetSocketAddress destination = header.destination();
        if (source == null || destination == null || source.getAddress().equals(peer.getAddress())) {
            return new DatagramSender(peer, local, datagram.hasRemaining() ? null : EndReason.PROXY_PROBE);
        }
        boolean isUsable = SourceKind.of(source.getAddress(), OwnAddresses.OF_PROCESS::include)
                .isUsable();
        return new DatagramSender(source, destination, isUsable ? null : EndReason.PROXY_REFUSED);
    }
}
