package dev.refractium.server.proxyprotocol;

import static dev.refractium.server.proxyprotocol.Headers.CLIENT;
import static dev.refractium.server.proxyprotocol.Headers.CLIENT6;
import static dev.refractium.server.proxyprotocol.Headers.SERVER;
import static dev.refractium.server.proxyprotocol.Headers.SERVER6;
import static dev.refractium.server.proxyprotocol.Headers.addresses;
import static dev.refractium.server.proxyprotocol.Headers.join;
import static dev.refractium.server.proxyprotocol.Headers.read;
import static dev.refractium.server.proxyprotocol.Headers.socket;
import static dev.refractium.server.proxyprotocol.Headers.text;
import static dev.refractium.server.proxyprotocol.Headers.tlv;
import static dev.refractium.server.proxyprotocol.Headers.v2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.proxyprotocol.HeaderResult.Malformed;
import dev.refractium.server.proxyprotocol.HeaderResult.NoHeader;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderReaderTest {
    private static final byte[] HELLO = text("GET / HTTP/1.1\r\n");
    private static final int SSL = 0x20;

    private static final byte[] V1 = text("PROXY TCP4 198.51.100.7 203.0.113.9 56324 443\r\n");
    private static final byte[] V2 = v2(0x21, 0x11, addresses(CLIENT, SERVER));

    @Test
    void readsBothVersionsAndLeavesTheClientsBytes() {
        assertThat(read(join(V1, HELLO))).isEqualTo(new ProxyHeader(1, CLIENT, SERVER, V1.length));
        assertThat(read(join(V2, HELLO))).isEqualTo(new ProxyHeader(2, CLIENT, SERVER, 28));
        assertThat(read(v2(0x21, 0x21, addresses(CLIENT6, SERVER6))))
                .isEqualTo(new ProxyHeader(2, CLIENT6, SERVER6, 52));
        assertThat(read(text("PROXY TCP6 2001:db8::7 2001:DB8:1:0:0:0:0:9 56324 443\r\n")))
                .isEqualTo(new ProxyHeader(1, CLIENT6, SERVER6, 55));
    }

    @Test
    void readsAHeaderWithoutAnAddressAsThePeers() {
        assertThat(read(text("PROXY UNKNOWN\r\n"))).isEqualTo(new ProxyHeader(1, null, null, 15));
        assertThat(read(text("PROXY UNKNOWN ffff::1 who knows\r\n"))).isEqualTo(new ProxyHeader(1, null, null, 33));
        assertThat(read(v2(0x20, 0x00))).isEqualTo(new ProxyHeader(2, null, null, 16));
        assertThat(read(v2(0x20, 0x11, addresses(CLIENT, SERVER)))).isEqualTo(new ProxyHeader(2, null, null, 28));
        assertThat(read(v2(0x20, 0xff, new byte[100]))).isEqualTo(new ProxyHeader(2, null, null, 116));
        assertThat(read(v2(0x21, 0x00))).isEqualTo(new ProxyHeader(2, null, null, 16));
        assertThat(read(v2(0x21, 0x31, new byte[216]))).isEqualTo(new ProxyHeader(2, null, null, 232));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::ffff:198.51.100.7", "::FFFF:c633:6407", "0:0:0:0:0:ffff:198.51.100.7"})
    void takesAMappedAddressForIpv4(String mapped) {
        HeaderResult result = read(text("PROXY TCP6 " + mapped + " ::ffff:203.0.113.9 56324 443\r\n"));

        assertThat(result).isInstanceOf(ProxyHeader.class);
        assertThat(((ProxyHeader) result).source()).isEqualTo(CLIENT);
        InetSocketAddress source = Objects.requireNonNull(((ProxyHeader) result).source());
        assertThat(source.getAddress()).isInstanceOf(Inet4Address.class);
    }

    @Test
    void needsMoreAtEveryPointBeforeTheEndAndNoneBehindIt() {
        byte[] tlvs = join(tlv(1, text("h2")), tlv(2, text("shop.example")), tlv(SSL, nested(5)));
        for (byte[] header : new byte[][] {
            V1,
            V2,
            text("PROXY UNKNOWN\r\n"),
            v2(0x20, 0),
            v2(0x21, 0x21, addresses(CLIENT6, SERVER6), tlvs),
            v2(0x21, 0x00, tlvs)
        }) {
            for (int length = 0; length < header.length; length++) {
                assertThat(read(Arrays.copyOf(header, length)))
                        .as("%d bytes", length)
                        .isEqualTo(NoHeader.NEED_MORE);
            }
            assertThat(read(header)).isInstanceOf(ProxyHeader.class).isEqualTo(read(join(header, HELLO)));
        }
    }

    @Test
    void showsTheLengthOfVersion2OnceItIsThere() {
        ByteBuffer bytes = ByteBuffer.wrap(V2);

        assertThat(HeaderReader.lengthOf(bytes.duplicate().limit(15))).isZero();
        assertThat(HeaderReader.lengthOf(bytes.duplicate().limit(16))).isEqualTo(28);
        assertThat(HeaderReader.lengthOf(ByteBuffer.wrap(V1))).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET / HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n", "PROXYTCP4", "PROXy ", "\r\n\r\nSSH-2.0-x", "\0"})
    void findsNoHeaderInOtherBytes(String other) {
        assertThat(read(text(other))).isEqualTo(NoHeader.ABSENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY \r\n",
                "PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n",
                "PROXY tcp4 1.2.3.4 1.2.3.4 1 2\r\n",
                "PROXY  TCP4 1.2.3.4 1.2.3.4 1 2\r\n",
                "PROXY UNKNOWNS\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\rx",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n",
                "PROXY TCP4 1.2.3.4  1.2.3.4 1 2\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 -1 2\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 +1 2\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 \r\n",
                "PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n",
                "PROXY TCP4 1.2.3.4.5 1.2.3.4 1 2\r\n",
                "PROXY TCP4 1.2.3.256 1.2.3.4 1 2\r\n",
                "PROXY TCP4 1.2.3.04 1.2.3.4 1 2\r\n",
                "PROXY TCP4 1.2.3. 1.2.3.4 1 2\r\n",
                "PROXY TCP4 localhost 1.2.3.4 1 2\r\n",
                "PROXY TCP4 ::1 ::1 1 2\r\n",
                "PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n",
                "PROXY TCP6 ::1 : 1 2\r\n",
                "PROXY TCP6 ::1 ::: 1 2\r\n",
                "PROXY TCP6 ::1 1::2::3 1 2\r\n",
                "PROXY TCP6 ::1 1:2:3:4:5:6:7 1 2\r\n",
                "PROXY TCP6 ::1 1:2:3:4:5:6:7:8:9 1 2\r\n",
                "PROXY TCP6 ::1 1:2:3:4:5:6:7:8:: 1 2\r\n",
                "PROXY TCP6 ::1 1:2:3:4:5:6:7: 1 2\r\n",
                "PROXY TCP6 ::1 :1:2:3:4:5:6:7 1 2\r\n",
                "PROXY TCP6 ::1 12345::1 1 2\r\n",
                "PROXY TCP6 ::1 fe80::1%eth0 1 2\r\n",
                "PROXY TCP6 ::1 ::1.2.3 1 2\r\n",
                "PROXY TCP6 ::1 1:2:3:4:5:6:7:1.2.3.4 1 2\r\n",
                "PROXY TCP6 ::1 ::1.2.3.4:5 1 2\r\n",
                "PROXY TCP6 ::1 ::g 1 2\r\n",
                "PROXY TCP6 ::1 ::\u00b2 1 2\r\n"
            })
    void refusesABrokenLine(String line) {
        assertThat(read(text(line))).isInstanceOf(Malformed.class);
    }

    @Test
    void refusesALineOfMoreThan107Bytes() {
        String longest = "PROXY UNKNOWN " + "x".repeat(91) + "\r\n";

        assertThat(read(text(longest))).isEqualTo(new ProxyHeader(1, null, null, 107));
        assertThat(read(text("PROXY UNKNOWN " + "x".repeat(92)))).isEqualTo(NoHeader.NEED_MORE);
        assertThat(read(text("PROXY UNKNOWN " + "x".repeat(93)))).isInstanceOf(Malformed.class);
        assertThat(read(text("PROXY UNKNOWN " + "x".repeat(92) + "\r"))).isInstanceOf(Malformed.class);
    }

    @Test
    void refusesWhatVersion2DoesNotHave() {
        byte[] ipv4 = addresses(CLIENT, SERVER);

        for (int command : new int[] {0x00, 0x01, 0x11, 0x22, 0x2f, 0x31, 0xff}) {
            assertThat(read(v2(command, 0x11, ipv4))).as("command %x", command).isInstanceOf(Malformed.class);
        }
        for (int family : new int[] {0x01, 0x02, 0x10, 0x13, 0x20, 0x1f, 0x30, 0x33, 0x41, 0xf1, 0xff}) {
            assertThat(read(v2(0x21, family, new byte[300])))
                    .as("family %x", family)
                    .isInstanceOf(Malformed.class);
        }
        assertThat(read(v2(0x21, 0x11, Arrays.copyOf(ipv4, 11)))).isInstanceOf(Malformed.class);
        assertThat(read(v2(0x21, 0x21, ipv4))).isInstanceOf(Malformed.class);
        assertThat(read(v2(0x21, 0x31, new byte[215]))).isInstanceOf(Malformed.class);
    }

    @Test
    void refusesAddressesOfTheOtherTransport() {
        byte[] ipv4 = addresses(CLIENT, SERVER);

        assertThat(read(v2(0x21, 0x12, ipv4), Transport.TCP)).isInstanceOf(Malformed.class);
        assertThat(read(v2(0x21, 0x11, ipv4), Transport.UDP)).isInstanceOf(Malformed.class);
        assertThat(read(V1, Transport.UDP)).isInstanceOf(Malformed.class);
        assertThat(read(v2(0x21, 0x12, ipv4), Transport.UDP)).isEqualTo(new ProxyHeader(2, CLIENT, SERVER, 28));
        assertThat(read(v2(0x20, 0), Transport.UDP)).isEqualTo(new ProxyHeader(2, null, null, 16));
    }

    @Test
    void takesUpTo4KiBOfTlvsAndLooksIntoNone() {
        byte[] ipv4 = addresses(CLIENT, SERVER);
        byte[] most = v2(0x21, 0x11, ipv4, tlv(SSL, nested(4096 - 3)));

        assertThat(read(most)).isEqualTo(new ProxyHeader(2, CLIENT, SERVER, 28 + 4096));
        assertThat(read(v2(0x21, 0x31, new byte[216], tlv(4, new byte[4093]))))
                .isEqualTo(new ProxyHeader(2, null, null, HeaderReader.MOST_BYTES));
        // Before the rest is there: nobody waits for bytes that are refused in any case.
        assertThat(read(Arrays.copyOf(v2(0x21, 0x11, ipv4, tlv(4, new byte[4094])), 16)))
                .isInstanceOf(Malformed.class);
        assertThat(read(v2(0x20, 0, new byte[4313]))).isInstanceOf(Malformed.class);
    }

    @Test
    void refusesATornTlv() {
        byte[] ipv4 = addresses(CLIENT, SERVER);

        assertThat(read(v2(0x21, 0x11, ipv4, new byte[] {4}))).isInstanceOf(Malformed.class);
        assertThat(read(v2(0x21, 0x11, ipv4, new byte[] {4, 0}))).isInstanceOf(Malformed.class);
        assertThat(read(v2(0x21, 0x11, ipv4, new byte[] {4, 0, 1}))).isInstanceOf(Malformed.class);
        assertThat(read(v2(0x21, 0x11, ipv4, new byte[] {4, 0, 0}))).isInstanceOf(ProxyHeader.class);
        assertThat(read(v2(0x21, 0x11, ipv4, new byte[] {4, (byte) 0xff, (byte) 0xff, 0})))
                .isInstanceOf(Malformed.class);
    }

    @Test
    void refusesAnyChangeOfAHeaderWithAChecksum() {
        byte[] header = Headers.written(into ->
                HeaderWriter.v2(into, Transport.TCP, CLIENT, SERVER, new HeaderExtras("shop.example", "h2", "7")));
        assertThat(read(header)).isEqualTo(new ProxyHeader(2, CLIENT, SERVER, header.length));

        for (int bit = 0; bit < header.length * 8; bit++) {
            byte[] changed = header.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            HeaderResult result = read(changed);
            // A flipped bit of the command says LOCAL, which has no checksum; one of a type hides the checksum.
            boolean local = bit == 12 * 8;
            boolean hidden = bit / 8 == header.length - 7;
            assertThat(result instanceof ProxyHeader).as("bit %d", bit).isEqualTo(local || hidden);
        }
    }

    @Test
    void refusesAChecksumThatIsTooShortOrGivenTwice() {
        byte[] ipv4 = addresses(CLIENT, SERVER);

        assertThat(read(v2(0x21, 0x11, ipv4, tlv(3, new byte[3])))).isInstanceOf(Malformed.class);
        assertThat(read(v2(0x21, 0x11, ipv4, tlv(3, new byte[4]), tlv(3, new byte[4]))))
                .isEqualTo(new Malformed("two checksums"));
    }

    @Test
    void takesAPortOfZero() {
        assertThat(read(text("PROXY TCP4 198.51.100.7 203.0.113.9 0 0\r\n")))
                .isEqualTo(new ProxyHeader(1, socket("198.51.100.7", 0), socket("203.0.113.9", 0), 41));
    }

    /** TLVs, each inside the one before, until {@code length} bytes are full. */
    private static byte[] nested(int length) {
        byte[] all = new byte[length];
        for (int at = 0; length - at >= 3; at += 3) {
            all[at] = SSL;
            all[at + 1] = (byte) ((length - at - 3) >> 8);
            all[at + 2] = (byte) (length - at - 3);
        }
        return all;
    }
}
