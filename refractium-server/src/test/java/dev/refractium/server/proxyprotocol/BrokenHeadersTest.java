package dev.refractium.server.proxyprotocol;

import static dev.refractium.server.proxyprotocol.Headers.addresses;
import static dev.refractium.server.proxyprotocol.Headers.join;
import static dev.refractium.server.proxyprotocol.Headers.text;
import static dev.refractium.server.proxyprotocol.Headers.tlv;
import static dev.refractium.server.proxyprotocol.Headers.v2;
import static dev.refractium.server.proxyprotocol.Headers.written;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.proxyprotocol.HeaderResult.Malformed;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** 100,000 headers, sound, nested and broken: what is read is what Netty reads, and it never depends on a cut. */
class BrokenHeadersTest {
    private static final int HEADERS = 100_000;

    /** Every header is checked against Netty, and one of so many at every cut as well: the others cost a minute. */
    private static final int CUT_EVERY = 20;

    private final Random random = new Random(14);

    @Test
    void readsWhatNettyReads() throws Exception {
        int sound = 0;
        int broken = 0;
        for (int i = 0; i < HEADERS; i++) {
            byte[] bytes = changed(header());
            HeaderResult result = HeaderPromises.check(bytes, i % CUT_EVERY == 0);
            sound += result instanceof ProxyHeader ? 1 : 0;
            broken += result instanceof Malformed ? 1 : 0;
        }
        assertThat(sound).isGreaterThan(HEADERS / 5);
        assertThat(broken).isGreaterThan(HEADERS / 5);
    }

    private byte[] header() throws Exception {
        int length = random.nextBoolean() ? 4 : 16;
        InetSocketAddress from = socket(length);
        InetSocketAddress to = socket(length);
        return switch (random.nextInt(4)) {
            case 0 -> written(into -> HeaderWriter.v1(into, from, to));
            case 1 -> written(into ->
                    HeaderWriter.v2(into, Transport.TCP, from, to, new HeaderExtras("a.example", "h2", "17")));
            default -> v2(
                    random.nextInt(8) == 0 ? 0x20 : 0x21,
                    from.getAddress().getAddress().length == 4 ? 0x11 : 0x21,
                    addresses(from, to),
                    vectors(3));
        };
    }

    private InetSocketAddress socket(int length) throws Exception {
        byte[] address = new byte[length];
        random.nextBytes(address);
        return new InetSocketAddress(InetAddress.getByAddress(address), random.nextInt(0x10000));
    }

    /** TLVs, of which those of TLS hold others, and some hold a header. */
    private byte[] vectors(int depth) throws Exception {
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

    private byte[] changed(byte[] header) throws Exception {
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
