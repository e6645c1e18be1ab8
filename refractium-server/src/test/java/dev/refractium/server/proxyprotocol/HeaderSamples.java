package dev.refractium.server.proxyprotocol;

import static dev.refractium.server.proxyprotocol.Headers.addresses;
import static dev.refractium.server.proxyprotocol.Headers.join;
import static dev.refractium.server.proxyprotocol.Headers.text;
import static dev.refractium.server.proxyprotocol.Headers.tlv;
import static dev.refractium.server.proxyprotocol.Headers.v2;
import static dev.refractium.server.proxyprotocol.Headers.written;

import dev.refractium.api.Transport;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Random;

/** Makes headers at random: sound ones, nested ones, and broken ones. */
public final class HeaderSamples {
    private final Random random;

    public HeaderSamples(Random random) {
        this.random = random;
    }

    /** Returns a header after one change, or with bytes behind it. */
    public byte[] next() {
        return changed(header());
    }

    private byte[] header() {
        int length = random.nextBoolean() ? 4 : 16;
        InetSocketAddress from = socket(length);
        InetSocketAddress to = socket(length);
        return switch (random.nextInt(4)) {
            case 0 -> written(into -> HeaderWriter.v1(into, from, to));
            case 1 ->
                written(into ->
                        HeaderWriter.v2(into, Transport.TCP, from, to, new HeaderExtras("a.example", "h2", "17")));
            default ->
                v2(
                        random.nextInt(8) == 0 ? 0x20 : 0x21,
                        from.getAddress().getAddress().length == 4 ? 0x11 : 0x21,
                        addresses(from, to),
                        vectors(3));
        };
    }

    private InetSocketAddress socket(int length) {
        byte[] address = new byte[length];
        random.nextBytes(address);
        return new InetSocketAddress(AddressText.of(address), random.nextInt(0x10000));
    }

    /** TLVs, of which those of TLS hold others, and some hold a header. */
    private byte[] vectors(int depth) {
        byte[] all = new byte[0];
        for (int i = random.nextInt(4); i > 0; i--) {
            byte[] value = new byte[random.nextInt(40)];
            random.nextBytes(value);
            if (depth > 0 && random.nextBoolean()) {
                value = join(new byte[] {1, 0, 0, 0, 0}, vectors(depth - 1));
                all = join(all, tlv(0x20, value));
            } else {
                all = join(all, tlv(random.nextInt(8) == 0 ? 3 : 0xe0, random.nextInt(9) == 0 ? header() : value));
            }
        }
        return all;
    }

    private byte[] changed(byte[] header) {
        byte[] bytes = header.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(7)) {
            case 0 -> bytes[at] = (byte) random.nextInt();
            case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> bytes = Arrays.copyOf(bytes, at);
            case 3 -> bytes = join(bytes, header());
            case 4 -> bytes = join(Arrays.copyOf(bytes, at), text(" "), Arrays.copyOfRange(bytes, at, bytes.length));
            case 5 -> bytes = join(Arrays.copyOf(bytes, at), Arrays.copyOfRange(header, at + 1, header.length));
            default -> bytes = join(bytes, text("GET / HTTP/1.1\r\n"));
        }
        return bytes;
    }
}
