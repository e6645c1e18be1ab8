package dev.refractium.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.GenerationBuilder;
import dev.refractium.server.generation.Generations;
import dev.refractium.server.generation.Protocols;
import dev.refractium.server.limit.ListenerGate;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.Loops;
import dev.refractium.server.net.ManualLoop;
import dev.refractium.server.net.NameResolver;
import dev.refractium.server.net.SourceAddress;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Permit;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.socket.Acceptor;
import dev.refractium.server.socket.OpensOnly;
import dev.refractium.server.socket.Side;
import dev.refractium.server.upstream.Backends;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
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

    private final ManualLoop time = new ManualLoop();
    private final NameResolver names = new NameResolver();
    private final Loops loops = new Loops(IoKind.NIO, 1);
    private final MemorySide client = new MemorySide();
    private final MemorySide backend = new MemorySide();
    private final TcpLoop loop = new TcpLoop(time.loop(), new OneBackend(), () -> 1 << 20, () -> 1 << 20);
    private final Sessions sessions = new Sessions(10, 1);
    private final Generations generations = new Generations(generation(), over -> {});
    private final TcpSession session = session(client);

    @AfterEach
    void close() {
        loops.close();
        names.close();
        time.close();
    }

    @Test
    void theHeadersClientIsTheSessionsAndItsBytesAreRouted() {
        read(HEADER + "XY and more");

        assertThat(session.route()).isEqualTo("xy");
        assertThat(session.client()).isEqualTo(CLIENT);
        assertThat(session.peer()).isEqualTo(PROXY);
        assertThat(session.destination()).isEqualTo(new InetSocketAddress("203.0.113.9", 443));
        assertThat(backend.written()).isEqualTo(bytes("XY and more"));
    }

    @Test
    void theCutDoesNotMatter() {
        for (char one : (HEADER + "XY").toCharArray()) {
            read(String.valueOf(one));
        }

        assertThat(session.route()).isEqualTo("xy");
        assertThat(session.client()).isEqualTo(CLIENT);
        assertThat(backend.written()).isEqualTo(bytes("XY"));
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
        assertThat(backend.written()).isEqualTo(bytes("XY" + "z".repeat(3 * PEEK)));
        assertThat(loop.held()).isZero();
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
        assertThat(backend.written()).isEmpty();
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
        assertThat(loop.held()).isZero();
    }

    private void read(String text) {
        client.says(bytes(text));
        session.ready(client, true, false);
    }

    private TcpSession session(MemorySide side) {
        Permit permit = (Permit) sessions.admitProxied(ListenerGate.open());
        TcpServices shared = new TcpServices(generations, sessions, new TcpLoops(loops, generations));
        TcpSession session = TcpSession.admitted(shared, loop, new Acceptor.Arrival(side, PROXY), permit);
        session.start();
        return session;
    }

    private Generation generation() {
        ConfigReader.Parsed parsed = ConfigReader.parse(CONFIG, "proxy.toml", Path.of("/"));
        Backends backends = new Backends(names, address -> false);
        try {
            return new GenerationBuilder(parsed.config(), new Protocols(List.of(), List.of()), backends)
                    .build()
                    .generation();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Every side that is opened is the backend's. */
    private final class OneBackend extends OpensOnly {
        @Override
        public Side open(SocketAddress target, SourceAddress source) {
            return backend;
        }
    }
}
