package dev.refractium.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.limit.ListenerGate;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Permit;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.socket.Side;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions of a trusted proxy, without a socket. "XY" has a route, and a peek is 1,024 bytes at most. */
class ProxyStageTest {
    private static final int PEEK = 1024;
    private static final String CONFIG = """
            [server]
            peek_buffer_size = 1024
            [[protocols]]
            name = "xy"
            patterns = ["XY"]
            forward_to = "127.0.0.1:1"
            """;

    private static final String HEADER = "PROXY TCP4 198.51.100.7 203.0.113.9 56324 443\r\n";
    private static final InetSocketAddress PROXY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
    private static final InetSocketAddress CLIENT = new InetSocketAddress("198.51.100.7", 56_324);

    private final MemorySessions memory = new MemorySessions(CONFIG, 10, 1);
    private final Sessions sessions = memory.sessions();
    private final MemorySide client = new MemorySide();
    private final TcpSession session = session(client);

    @AfterEach
    void close() {
        memory.close();
    }

    @Test
    void theHeadersClientIsTheSessionsAndItsBytesAreRouted() {
        read(HEADER + "XY and more");

        assertThat(session.route()).isEqualTo("xy");
        assertThat(session.client()).isEqualTo(CLIENT);
        assertThat(session.peer()).isEqualTo(PROXY);
        assertThat(session.destination()).isEqualTo(new InetSocketAddress("203.0.113.9", 443));
        assertThat(memory.backend().written()).isEqualTo(bytes("XY and more"));
    }

    @Test
    void theCutDoesNotMatter() {
        for (char one : (HEADER + "XY").toCharArray()) {
            read(String.valueOf(one));
        }

        assertThat(session.route()).isEqualTo("xy");
        assertThat(session.client()).isEqualTo(CLIENT);
        assertThat(memory.backend().written()).isEqualTo(bytes("XY"));
    }

    @Test
    void aLongHeaderLeavesThePeekItsRoom() {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        sent.writeBytes(bytes("\r\n\r\n\0\r\nQUIT\n!\u0011\u0010\u000c"));
        sent.writeBytes(new byte[] {(byte) 198, 51, 100, 7, (byte) 203, 0, 113, 9, (byte) 220, 4, 1, (byte) 187});
        sent.writeBytes(new byte[] {4, 0x0f, (byte) 0xfd});
        sent.writeBytes(new byte[4093]);
        sent.writeBytes(bytes("XY" + "z".repeat(3 * PEEK)));
        client.says(sent.toByteArray());

        while (client.unread() > 0) {
            session.ready(client, true, false);
        }

        assertThat(session.client()).isEqualTo(CLIENT);
        assertThat(memory.backend().written()).isEqualTo(bytes("XY" + "z".repeat(3 * PEEK)));
        assertThat(memory.loop().held()).isZero();
    }

    @Test
    void aHeaderWithoutAnAddressMeansThePeer() {
        read("PROXY UNKNOWN\r\nXY");

        assertThat(session.route()).isEqualTo("xy");
        assertThat(session.client()).isEqualTo(PROXY);
    }

    @Test
    void aClientWithoutAHeaderIsRefused() {
        read("XY");

        assertEnd(EndReason.PROXY_MISSING);
    }

    @Test
    void aHeaderThatDoesNotEndInTimeIsRefused() {
        read("PROXY TCP4 198.51");

        ((ProxyStage) session.stage()).expired();

        assertEnd(EndReason.PROXY_MISSING);
    }

    @Test
    void aBrokenHeaderIsRefused() {
        read("PROXY TCP4 198.51.100.7\r\n");

        assertEnd(EndReason.PROXY_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.3", "0.0.0.0", "224.0.0.1", "255.255.255.255"})
    void aSourceThatNoClientHasIsRefused(String source) {
        read("PROXY TCP4 " + source + " 203.0.113.9 56324 443\r\nXY");

        assertEnd(EndReason.PROXY_REFUSED);
        assertThat(memory.backend().written()).isEmpty();
    }

    @Test
    void aPeerThatLeavesBeforeTheFirstByteIsAProbe() {
        client.then(Side.END);

        session.ready(client, true, false);

        assertEnd(EndReason.PROXY_PROBE);
    }

    @Test
    void aPeerThatResetsBeforeTheFirstByteIsAProbe() {
        client.then(Side.BROKEN);

        session.ready(client, true, false);

        assertEnd(EndReason.PROXY_PROBE);
    }

    @Test
    void aHeaderWithoutAnAddressAndNothingBehindItIsAProbe() {
        read("PROXY UNKNOWN\r\n");
        client.then(Side.END);

        session.ready(client, true, false);

        assertEnd(EndReason.PROXY_PROBE);
    }

    @Test
    void soIsAHeaderThatNamesThePeerItself() {
        read("PROXY TCP4 127.0.0.1 127.0.0.1 4711 443\r\n");
        client.then(Side.END);

        session.ready(client, true, false);

        assertEnd(EndReason.PROXY_PROBE);
    }

    @Test
    void aClientThatLeavesBehindItsHeaderIsNone() {
        read(HEADER);
        client.then(Side.END);

        session.ready(client, true, false);

        assertEnd(EndReason.LEFT_EARLY);
    }

    @Test
    void theLimitPerClientCountsTheHeadersClient() {
        read(HEADER);
        MemorySide second = new MemorySide().says(bytes(HEADER));
        MemorySide other = new MemorySide().says(bytes(HEADER.replace("100.7", "100.8")));

        session(second).ready(second, true, false);
        session(other).ready(other, true, false);

        assertThat(second.ends).isOne();
        assertThat(other.ends).isZero();
        assertThat(sessions.ends()).containsEntry(EndReason.OVER_MAX_PER_IP, 1L);

        session.end(EndReason.DONE, false);
        MemorySide third = new MemorySide().says(bytes(HEADER));
        session(third).ready(third, true, false);
        assertThat(third.ends).isZero();
    }

    private void assertEnd(EndReason why) {
        assertThat(client.ends).isOne();
        assertThat(sessions.ends()).containsEntry(why, 1L);
        assertThat(sessions.live()).isZero();
        assertThat(memory.loop().held()).isZero();
    }

    private void read(String text) {
        client.says(bytes(text));
        session.ready(client, true, false);
    }

    private TcpSession session(MemorySide side) {
        Permit permit = (Permit) sessions.admitProxied(ListenerGate.open());
        TcpSession session = memory.admitted(memory.services(), side, PROXY, permit);
        session.start();
        return session;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
