package dev.refractium.server.it.peek;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import dev.refractium.server.it.support.CapturedLog;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys {@code accept_proxy_from} and {@code accept_proxy_udp_from}; 127.0.0.2 is a trusted proxy. */
class AcceptProxyIT {
    private static final String PROXY = "127.0.0.2";
    private static final String V1 = "PROXY TCP4 198.51.100.7 203.0.113.9 56324 443\r\n";
    private static final String V1_IPV6 = "PROXY TCP6 2001:db8::7 2001:db8::9 56324 443\r\n";
    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    private static final String ADDRESSES = "\u00c63d\u0007\u00cb\0q\u0009\u00dc\u0004\u0001\u00bb";
    private static final String V2 = SIGNATURE + "!\u0011\0\u000c" + ADDRESSES;
    private static final String V2_UDP = SIGNATURE + "!\u0012\0\u000c" + ADDRESSES;

    @TempDir
    Path directory;

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private TestBackend backend;
    private UdpBackend udp;
    private Refractium server;

    @BeforeEach
    void start() throws Exception {
        backend = TestBackend.named("b");
        udp = UdpBackend.named("u");
        write("""
                accept_proxy_from = ["127.0.0.2/32"]
                accept_proxy_udp_from = ["127.0.0.2"]
                """);
        server = TestedIo.server()
                .config(directory.resolve("refractium.toml"))
                .hotReload(false)
                .protocol(PrefixProtocol.of("x", "X"))
                .hook("seen", session -> {
                    seen.add(text(session.client()) + " " + text(session.peer()));
                    return null;
                })
                .start();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        backend.close();
        udp.close();
    }

    @Test
    void aTrustedPeersHeaderIsStrippedAndNamesTheClient() throws Exception {
        for (String header : new String[] {V1, V2, V1_IPV6}) {
            assertThat(tcp(PROXY, header + "X and more")).isEqualTo("b>X and more");
        }

        awaitSeen("198.51.100.7 127.0.0.2", "198.51.100.7 127.0.0.2", "2001:db8:0:0:0:0:0:7 127.0.0.2");
    }

    @Test
    void aTrustedPeerMustSendAHeader() throws Exception {
        assertThat(tcp(PROXY, "X")).isEmpty();

        assertThat(ends("proxy-missing")).isOne();
        assertThat(backend.accepted()).isZero();
    }

    @Test
    void anotherPeersHeaderIsRefusedHoweverItIsCut() throws Exception {
        assertThat(tcp("127.0.0.1", V1 + "X")).isEmpty();
        assertThat(tcp("127.0.0.3", V2 + "X")).isEmpty();
        try (Client client = Client.to(server.tcp().orElseThrow())) {
            client.send("PR");
            client.send("OXY ");
            assertThat(client.rest().text()).isEmpty();
        }

        assertThat(ends("proxy-untrusted")).isEqualTo(3);
        assertThat(backend.accepted()).isZero();
    }

    @Test
    void anotherPeerIsAClient() throws Exception {
        assertThat(tcp("127.0.0.3", "X")).isEqualTo("b>X");

        awaitSeen("127.0.0.3 127.0.0.3");
    }

    @Test
    void sourcesThatNoClientHasAreRefused() throws Exception {
        assertThat(tcp(PROXY, V1.replace("198.51.100.7", "127.0.0.1") + "X")).isEmpty();
        assertThat(tcp(PROXY, V1.replace("198.51.100.7", "0.0.0.0") + "X")).isEmpty();
        assertThat(tcp(PROXY, V1_IPV6.replace("2001:db8::7", "ff02::1") + "X")).isEmpty();

        assertThat(ends("proxy-refused")).isEqualTo(3);
    }

    @Test
    void aTrustedPeerThatLeavesIsAProbeWithoutALine() throws Exception {
        try (CapturedLog log = new CapturedLog()) {
            Client.from(PROXY, server.tcp().orElseThrow()).close();
            Client.from(PROXY, server.tcp().orElseThrow()).reset();
            await().until(() -> ends("proxy-probe") == 2);
            server.close();

            assertThat(log.lines("proxy-probe")).isEmpty();
        }
    }

    @Test
    void theLimitPerClientCountsTheHeadersAndNotTheProxys() throws Exception {
        try (Client first = Client.from(PROXY, server.tcp().orElseThrow());
                Client second = Client.from(PROXY, server.tcp().orElseThrow())) {
            first.send(V1 + "X");
            second.send(V1.replace("100.7", "100.8") + "X");
            assertThat(first.read(3)).isEqualTo("b>X");
            assertThat(second.read(3)).isEqualTo("b>X");

            assertThat(tcp(PROXY, V1 + "X")).isEmpty();
            assertThat(ends("over-max-per-ip")).isOne();
        }
    }

    @Test
    void withoutTheKeyAHeaderIsAClientsBytesAndReloadsSwitchIt() throws Exception {
        write("");
        server.reload();

        assertThat(tcp(PROXY, V1 + "X")).isEmpty();
        assertThat(ends("unmatched")).isOne();
        assertThat(tcp(PROXY, "X")).isEqualTo("b>X");
    }

    @Test
    void aDatagramsHeaderNamesItsClientAndAnswersGoToTheProxy() throws Exception {
        try (UdpClient proxy = UdpClient.from(PROXY, server.udp().orElseThrow())) {
            assertThat(proxy.send(bytes(V2_UDP + "X1")).read()).isEqualTo("u>X1");
            assertThat(proxy.send(bytes(V2_UDP + "X2")).read()).isEqualTo("u>X2");
            String other = V2_UDP.replace("d\u0007", "d\u0008");
            assertThat(proxy.send(bytes(other + "X3")).read()).isEqualTo("u>X3");
        }

        assertThat(udp.peers()).isEqualTo(2);
        awaitSeen("198.51.100.7 127.0.0.2", "198.51.100.8 127.0.0.2");
    }

    @Test
    void datagramsWithoutAProperHeaderAreDropped() throws Exception {
        try (UdpClient proxy = UdpClient.from(PROXY, server.udp().orElseThrow());
                UdpClient other = UdpClient.from("127.0.0.3", server.udp().orElseThrow())) {
            proxy.send("X");
            proxy.send(bytes(V1 + "X"));
            proxy.send(bytes(V2 + "X"));
            proxy.send(bytes(V2_UDP.replace("\u00c63d\u0007", "\u007f\0\0\u0001") + "X"));
            proxy.send(bytes(SIGNATURE + " \0\0\0"));
            other.send(bytes(V2_UDP + "X"));
            assertThat(other.send("X").read()).isEqualTo("u>X");
        }

        assertThat(ends("proxy-missing")).isOne();
        assertThat(ends("proxy-malformed")).isEqualTo(2);
        assertThat(ends("proxy-refused")).isOne();
        assertThat(ends("proxy-probe")).isOne();
        assertThat(ends("proxy-untrusted")).isOne();
        assertThat(udp.received()).isOne();
    }

    /** The hook has threads of its own, which keep no order. */
    private void awaitSeen(String... sessions) {
        await().untilAsserted(() -> assertThat(seen).containsExactlyInAnyOrder(sessions));
    }

    private long ends(String reason) {
        return server.status().ends().getOrDefault(reason, 0L);
    }

    /** Returns all that comes back to {@code text} and a FIN; nothing if the connection is reset. */
    private String tcp(String from, String text) throws IOException {
        try (Client client = Client.from(from, server.tcp().orElseThrow())) {
            client.send(text).finish();
            return client.rest().text();
        } catch (SocketException e) {
            return "";
        }
    }

    private void write(String keys) throws IOException {
        Files.writeString(directory.resolve("refractium.toml"), """
                [server]
                drain_timeout = "0s"
                max_connections_per_ip = 1
                hooks = ["seen"]

                [[listeners]]
                name = "edge"
                bind = "127.0.0.1"
                port = 0
                transport = "both"
                %s
                [[protocols]]
                name = "x"
                transport = "tcp"
                forward_to = "%s"

                [[protocols]]
                name = "x"
                transport = "udp"
                forward_to = "%s"
                """.formatted(keys, backend.address(), udp.address()));
    }

    private static String text(SocketAddress address) {
        return ((InetSocketAddress) address).getAddress().getHostAddress();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
