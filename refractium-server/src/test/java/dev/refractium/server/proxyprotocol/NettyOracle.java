package dev.refractium.server.proxyprotocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What Netty's decoder says about the same bytes. */
final class NettyOracle {
    private NettyOracle() {}

    /** A header that Netty has read, with the values of its TLVs by type. */
    record Answer(ProxyHeader header, Map<Integer, String> tlvs) {}

    /** Returns the header; empty if Netty refuses the bytes, or waits for more. */
    static Optional<Answer> read(byte[] bytes) {
        EmbeddedChannel channel = new EmbeddedChannel(new HAProxyMessageDecoder(4096));
        try {
            channel.writeInbound(Unpooled.copiedBuffer(bytes));
            return Optional.ofNullable(answer(channel, bytes.length));
        } catch (DecoderException e) {
            return Optional.empty();
        } finally {
            finish(channel);
        }
    }

    /** The decoder tries once more when a channel ends. */
    private static void finish(EmbeddedChannel channel) {
        try {
            channel.finishAndReleaseAll();
        } catch (DecoderException e) {
            channel.releaseInbound();
        }
    }

    private static @Nullable Answer answer(EmbeddedChannel channel, int length) {
        Object first = channel.readInbound();
        if (!(first instanceof HAProxyMessage message)) {
            ((ByteBuf) Objects.requireNonNullElse(first, Unpooled.EMPTY_BUFFER)).release();
            return null;
        }
        ByteBuf rest = channel.readInbound();
        int left = rest == null ? 0 : rest.readableBytes();
        if (rest != null) {
            rest.release();
        }
        Answer answer = new Answer(header(message, length - left), tlvs(message));
        message.release();
        return answer;
    }

    private static ProxyHeader header(HAProxyMessage message, int length) {
        int version = message.protocolVersion() == HAProxyProtocolVersion.V1 ? 1 : 2;
        AddressFamily family = message.proxiedProtocol().addressFamily();
        boolean addressed = message.command() == HAProxyCommand.PROXY
                && (family == AddressFamily.AF_IPv4 || family == AddressFamily.AF_IPv6);
        return new ProxyHeader(
                version,
                addressed ? socket(message.sourceAddress(), message.sourcePort()) : null,
                addressed ? socket(message.destinationAddress(), message.destinationPort()) : null,
                length);
    }

    private static Map<Integer, String> tlvs(HAProxyMessage message) {
        Map<Integer, String> values = new LinkedHashMap<>();
        for (HAProxyTLV tlv : message.tlvs()) {
            values.put(tlv.typeByteValue() & 0xff, tlv.content().toString(StandardCharsets.UTF_8));
        }
        return values;
    }

    /** Netty takes an address with a zone, which the document does not have. */
    private static InetSocketAddress socket(String address, int port) {
        int zone = address.indexOf('%');
        return Headers.socket(zone < 0 ? address : address.substring(0, zone), port);
    }
}
