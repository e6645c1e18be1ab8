package dev.refractium.server.it.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Direction;
import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import dev.refractium.server.proxyprotocol.HeaderReader;
import dev.refractium.server.proxyprotocol.ProxyHeader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys {@code send_proxy} and {@code send_proxy_udp}: what backends get. */
class SendProxyIT {
    private static final String CLIENT = "127.0.0.5";

    @TempDir
    Path directory;

    /** What backends got from each connection, probes too. */
    private final Queue<byte[]> got = new ConcurrentLinkedQueue<>();

    /** How many bytes of clients the hook counted, by session. */
    private final Queue<Long> counted = new ConcurrentLinkedQueue<>();

    private @Nullable Refractium running;

    @AfterEach
    void close() {
        if (running != null) {
            running.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void theHeaderComesBeforeTheClientsBytesAndIsNotCounted(String version) throws Exception {
        try (TestBackend backend = TestBackend.serving(this::echo)) {
            start("health = \"off\"", tcp(version, backend));

            assertThat(exchange("X and more")).isEqualTo("X and more");

            byte[] bytes = Objects.requireNonNull(got.poll());
            ProxyHeader header = (ProxyHeader) HeaderReader.read(ByteBuffer.wrap(bytes), Transport.TCP);
            assertThat(header.version()).isEqualTo(version.charAt(1) - '0');
            assertThat(Objects.requireNonNull(header.source()).getAddress()).isEqualTo(address(CLIENT));
            assertThat(header.destination()).isEqualTo(server().tcp().orElseThrow());
            assertThat(text(bytes).substring(header.length())).isEqualTo("X and more");
            await().until(() -> server().status().sessions() == 0);
            await().until(() -> !counted.isEmpty());
            assertThat(counted).containsExactly(10L);
            assertThat(server().status().bytes()).isEqualTo(20);
        }
    }

    @Test
    void version2CarriesNameProtocolAndId() throws Exception {
        try (TestBackend backend = TestBackend.serving(this::echo)) {
            start("health = \"off\"", """
                    name = "named"
                    send_proxy = "v2"
                    forward_to = "%s"
                    """.formatted(backend.address()));

            assertThat(exchange("SNI:shop.example\nmore")).endsWith("more");

            String bytes = text(Objects.requireNonNull(got.poll()));
            assertThat(bytes).contains("\u0002\0\u000cshop.example", "\u0003\0\u0004");
            assertThat(bytes).containsPattern("\u0005\0\u0012[0-9a-f]{16}-1");
        }
    }

    @Test
    void theNextTargetGetsTheHeaderToo() throws Exception {
        try (TestBackend backend = TestBackend.serving(this::echo)) {
            String dead = "127.0.0.1:" + TestBackend.deadPort();
            start("health = \"off\"", """
                    transport = "tcp"
                    send_proxy = "v1"
                    forward_to = ["%s", "%s"]
                    """.formatted(dead, backend.address()));

            for (int i = 0; i < 4; i++) {
                assertThat(exchange("X" + i)).isEqualTo("X" + i);
                assertThat(text(Objects.requireNonNull(got.poll())))
                        .matches("PROXY TCP4 127.0.0.5 127.0.0.1 \\d+ \\d+\r\nX" + i);
            }
        }
    }

    @Test
    void aSilentClientsBackendGetsTheHeaderAtOnce() throws Exception {
        try (TestBackend backend = TestBackend.serving(socket -> {
            socket.getInputStream().readNBytes(16);
            socket.getOutputStream().write("220 hello".getBytes(StandardCharsets.US_ASCII));
        })) {
            start("health = \"off\"\nsilence_timeout = \"100ms\"", """
                    server_first = true
                    send_proxy = "v2"
                    forward_to = "%s"
                    """.formatted(backend.address()));

            try (Client client = Client.from(CLIENT, server().tcp().orElseThrow())) {
                assertThat(client.read(9)).isEqualTo("220 hello");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void probesSendAHeaderWithoutAClient(String version) throws Exception {
        try (TestBackend backend = TestBackend.serving(this::echo)) {
            start("health = { interval = \"100ms\" }", tcp(version, backend));

            await().until(() -> got.size() >= 3);
            String expected = version.equals("v1") ? "PROXY UNKNOWN\r\n" : "\r\n\r\n\0\r\nQUIT\n \0\0\0";
            assertThat(got).allSatisfy(bytes -> assertThat(text(bytes)).isEqualTo(expected));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"each", "first"})
    void datagramsCarryTheHeader(String how) throws Exception {
        try (UdpBackend backend = UdpBackend.echoOn("127.0.0.1")) {
            start("health = \"off\"", """
                    transport = "udp"
                    send_proxy_udp = "%s"
                    send_proxy = "v2"
                    forward_to = "%s"
                    """.formatted(how, backend.address()));

            try (UdpClient client = UdpClient.from(CLIENT, server().udp().orElseThrow())) {
                byte[] first = client.send("X1").receive();
                byte[] second = client.send("X2").receive();

                ProxyHeader header = (ProxyHeader) HeaderReader.read(ByteBuffer.wrap(first), Transport.UDP);
                assertThat(Objects.requireNonNull(header.source()).getAddress()).isEqualTo(address(CLIENT));
                assertThat(header.destination()).isEqualTo(server().udp().orElseThrow());
                assertThat(text(first).substring(header.length())).isEqualTo("X1");
                String again = how.equals("each") ? text(first).replace("X1", "X2") : "X2";
                assertThat(text(second)).isEqualTo(again);
            }
        }
    }

    private Refractium server() {
        return Objects.requireNonNull(running);
    }

    private static String tcp(String version, TestBackend backend) {
        return "transport = \"tcp\"\nsend_proxy = \"%s\"\nforward_to = \"%s\"".formatted(version, backend.address());
    }

    private void start(String server, String route) throws Exception {
        String name = route.contains("name =") ? "" : "name = \"x\"\n";
        Path file = Files.writeString(directory.resolve("refractium.toml"), """
                [server]
                bind = "127.0.0.1"
                port = 0
                drain_timeout = "0s"
                hooks = ["count"]
                %s
                [[protocols]]
                %s%s
                """.formatted(server, name, route));
        running = TestedIo.server()
                .config(file)
                .hotReload(false)
                .protocol(PrefixProtocol.of("x", "X"))
                .protocol(PrefixProtocol.withAttribute("named", "SNI:", "sni"))
                .hook("count", session -> end -> counted.add(end.bytes(Direction.FROM_CLIENT)))
                .start();
    }

    private String exchange(String text) throws IOException {
        try (Client client = Client.from(CLIENT, server().tcp().orElseThrow())) {
            return client.send(text).finish().rest().text();
        }
    }

    /** Sends the client's bytes back, and not the header. */
    private void echo(Socket socket) throws IOException {
        byte[] bytes = socket.getInputStream().readAllBytes();
        got.add(bytes);
        ByteBuffer all = ByteBuffer.wrap(bytes);
        if (HeaderReader.read(all, Transport.TCP) instanceof ProxyHeader header) {
            socket.getOutputStream().write(bytes, header.length(), bytes.length - header.length());
        }
    }

    private static InetAddress address(String text) throws UnknownHostException {
        return InetAddress.getByName(text);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
