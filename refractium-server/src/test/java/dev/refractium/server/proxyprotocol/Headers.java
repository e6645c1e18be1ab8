package dev.refractium.server.proxyprotocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Makes headers by hand, with none of the code that writes them, and reads them. */
final class Headers {
    static final InetSocketAddress CLIENT = socket("198.51.100.7", 56_324);
    static final InetSocketAddress SERVER = socket("203.0.113.9", 443);
    static final InetSocketAddress CLIENT6 = socket("2001:db8::7", 56_324);
    static final InetSocketAddress SERVER6 = socket("2001:db8:1::9", 443);

    private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1);

    private Headers() {}

    static InetSocketAddress socket(String address, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(address), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] text(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /** Returns a header of version 2; {@code rest} are addresses and TLVs. */
    static byte[] v2(int command, int family, byte[]... rest) {
        byte[] all = join(rest);
        byte[] head = {(byte) command, (byte) family, (byte) (all.length >> 8), (byte) all.length};
        return join(SIGNATURE, head, all);
    }

    static byte[] addresses(InetSocketAddress source, InetSocketAddress destination) {
        byte[] ports = {
            (byte) (source.getPort() >> 8),
            (byte) source.getPort(),
            (byte) (destination.getPort() >> 8),
            (byte) destination.getPort()
        };
        return join(source.getAddress().getAddress(), destination.getAddress().getAddress(), ports);
    }

    static byte[] tlv(int type, byte[] value) {
        return join(new byte[] {(byte) type, (byte) (value.length >> 8), (byte) value.length}, value);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] written(Consumer<ByteBuffer> writer) {
        ByteBuffer into = ByteBuffer.allocateDirect(HeaderWriter.MOST_BYTES);
        writer.accept(into);
        byte[] bytes = new byte[into.flip().remaining()];
        into.get(bytes);
        return bytes;
    }

    static HeaderResult read(byte[] bytes) {
        return read(bytes, Transport.TCP);
    }

    /** Reads as from the middle of a direct buffer, and checks that the buffer stays as it was. */
    static HeaderResult read(byte[] bytes, Transport transport) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 7);
        buffer.position(3).put(bytes).flip().position(3);
        HeaderResult result = HeaderReader.read(buffer, transport);
        byte[] after = new byte[buffer.remaining()];
        assertThat(buffer.position()).isEqualTo(3);
        buffer.get(after);
        assertThat(after).isEqualTo(bytes);
        return result;
    }
}
