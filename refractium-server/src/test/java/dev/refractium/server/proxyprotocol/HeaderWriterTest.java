package dev.refractium.server.proxyprotocol;

import static dev.refractium.server.proxyprotocol.Headers.CLIENT;
import static dev.refractium.server.proxyprotocol.Headers.CLIENT6;
import static dev.refractium.server.proxyprotocol.Headers.SERVER;
import static dev.refractium.server.proxyprotocol.Headers.SERVER6;
import static dev.refractium.server.proxyprotocol.Headers.read;
import static dev.refractium.server.proxyprotocol.Headers.socket;
import static dev.refractium.server.proxyprotocol.Headers.text;
import static dev.refractium.server.proxyprotocol.Headers.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refractium.api.Transport;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderWriterTest {
    private static final HeaderExtras ALL = new HeaderExtras("shop.example", "h2", "4711");

    @Test
    void writesVersion1() {
        assertThat(written(into -> HeaderWriter.v1(into, CLIENT, SERVER)))
                .isEqualTo(text("PROXY TCP4 198.51.100.7 203.0.113.9 56324 443\r\n"));
        assertThat(written(into -> HeaderWriter.v1(into, CLIENT6, SERVER6)))
                .isEqualTo(text("PROXY TCP6 2001:db8::7 2001:db8:1::9 56324 443\r\n"));
        assertThat(written(HeaderWriter::v1Unknown)).isEqualTo(text("PROXY UNKNOWN\r\n"));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatItWritesIsReadHereAndByNetty(Transport transport) {
        InetSocketAddress[][] pairs = {{CLIENT, SERVER}, {CLIENT6, SERVER6}, {CLIENT6, SERVER}, {CLIENT, SERVER6}};
        for (InetSocketAddress[] pair : pairs) {
            byte[] v2 = written(into -> HeaderWriter.v2(into, transport, pair[0], pair[1], ALL));

            ProxyHeader expected = new ProxyHeader(2, pair[0], pair[1], v2.length);
            assertThat(read(v2, transport)).isEqualTo(expected);
            NettyOracle.Answer netty = NettyOracle.read(v2).orElseThrow();
            assertThat(netty.header()).isEqualTo(expected);
            assertThat(netty.tlvs()).containsAllEntriesOf(Map.of(1, "h2", 2, "shop.example", 5, "4711"));
            assertThat(netty.tlvs()).containsKey(3);
        }
        for (InetSocketAddress[] pair : pairs) {
            byte[] v1 = written(into -> HeaderWriter.v1(into, pair[0], pair[1]));

            ProxyHeader expected = new ProxyHeader(1, pair[0], pair[1], v1.length);
            assertThat(read(v1)).isEqualTo(expected);
            assertThat(NettyOracle.read(v1).orElseThrow().header()).isEqualTo(expected);
        }
    }

    @Test
    void writesAHeaderWithoutAddresses() {
        byte[] local = written(HeaderWriter::v2Local);
        byte[] unknown = written(into -> HeaderWriter.v2Unknown(into, ALL));

        assertThat(local).isEqualTo(Headers.v2(0x20, 0));
        assertThat(read(local)).isEqualTo(new ProxyHeader(2, null, null, 16));
        assertThat(read(unknown)).isEqualTo(new ProxyHeader(2, null, null, unknown.length));
        assertThat(NettyOracle.read(local).orElseThrow().header()).isEqualTo(read(local));
    }

    @Test
    void leavesOutWhatHasNoRoomAndFillsTheRoomThatThereIs() {
        HeaderExtras most = new HeaderExtras("a".repeat(255), "b".repeat(255), "c".repeat(128));
        HeaderExtras over = new HeaderExtras("a".repeat(256), "\u00e4".repeat(128), "c".repeat(129));

        byte[] longest = written(into -> HeaderWriter.v2(into, Transport.TCP, CLIENT6, SERVER6, most));
        byte[] without = written(into -> HeaderWriter.v2(into, Transport.TCP, CLIENT6, SERVER6, over));

        assertThat(longest).hasSize(HeaderWriter.MOST_BYTES);
        assertThat(read(longest)).isInstanceOf(ProxyHeader.class);
        assertThat(without)
                .isEqualTo(written(into ->
                        HeaderWriter.v2(into, Transport.TCP, CLIENT6, SERVER6, new HeaderExtras("", null, null))));
    }

    @Test
    void leavesOutTheZoneOfAnAddress() throws Exception {
        InetAddress zoned = Inet6Address.getByAddress(
                null, socket("fe80::1", 1).getAddress().getAddress(), 1);

        byte[] line = written(into -> HeaderWriter.v1(into, new InetSocketAddress(zoned, 5), SERVER6));

        assertThat(line).startsWith(text("PROXY TCP6 fe80::1 2001:"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::",
                "::1",
                "1::",
                "2001:db8::1:0:0:1",
                "2001:0:0:1::1",
                "1:2:3:4:5:6:7:8",
                "1:0:3:4:5:6:7:8",
                "fe80::abcd:0:1",
                "0:1:2:3:4:5:6:0"
            })
    void writesAnIpv6AddressShort(String text) {
        assertThat(Ipv6Text.of(socket(text, 1).getAddress().getAddress())).isEqualTo(text);
    }

    @Test
    void writesAtTheBuffersPosition() {
        ByteBuffer into = ByteBuffer.allocate(HeaderWriter.MOST_BYTES + 5).position(5);

        HeaderWriter.v2(into, Transport.TCP, CLIENT, SERVER, ALL);

        assertThat(HeaderReader.read(into.flip().position(5), Transport.TCP))
                .isEqualTo(new ProxyHeader(2, CLIENT, SERVER, into.limit() - 5));
    }

    @Test
    void refusesALittleEndianBuffer() {
        ByteBuffer into = ByteBuffer.allocate(HeaderWriter.MOST_BYTES).order(ByteOrder.LITTLE_ENDIAN);

        assertThatThrownBy(() -> HeaderWriter.v2Local(into)).isInstanceOf(IllegalArgumentException.class);
    }
}
