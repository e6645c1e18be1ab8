package dev.refractium.server.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Session;
import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UnixBackend;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.LinuxSockets;
import dev.refractium.server.proxyprotocol.HeaderReader;
import dev.refractium.server.proxyprotocol.ProxyHeader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's address at Unix sockets: PROXY headers that come and go, and sources. */
class UnixProxyIT {
    private static final String KINDS = "dev.refractium.server.it.support.TestedIo#kinds";
    private static final String HEADER = "PROXY TCP4 198.51.100.7 203.0.113.9 56324 443\r\n";

    private final BlockingQueue<Session> seen = new LinkedBlockingQueue<>();

    /** In the temporary directory itself, since a socket's path must be short. */
    private Path directory = Path.of("");

    private UnixBackend backend;

    @BeforeEach
    void create() throws Exception {
        directory = Files.createTempDirectory("unix");
        backend = UnixBackend.named(directory.resolve("back"), "u");
    }

    @AfterEach
    void delete() throws Exception {
        backend.close();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void aPeerPassesTheClientOn(String io) throws Exception {
        try (Refractium server = start(io, trusting(), "")) {
            assertThat(exchange(HEADER + "X and more")).isEqualTo("u>X and more");

            Session session = Objects.requireNonNull(seen.poll(30, TimeUnit.SECONDS));
            assertThat(session.client()).isEqualTo(new InetSocketAddress("198.51.100.7", 56324));
            assertThat(session.peer()).isInstanceOf(UnixDomainSocketAddress.class);
            await().until(() -> ended(server, "done") == 1);
        }
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void aPeerMayHaveNoClientAndMustHaveAHeader(String io) throws Exception {
        try (Refractium server = start(io, trusting(), "")) {
            assertThat(exchange("PROXY UNKNOWN\r\nX")).isEqualTo("u>X");
            assertThat(exchange("X")).isEmpty();
            assertThat(exchange("")).isEmpty();

            Session session = Objects.requireNonNull(seen.poll(30, TimeUnit.SECONDS));
            assertThat(session.client()).isEqualTo(session.peer());
            await().until(() -> ended(server, "proxy-missing") == 1 && ended(server, "proxy-probe") == 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void theHeaderOfAClientWithoutAnAddressSaysSo(String version) throws Exception {
        try (Refractium server = start(TestedIo.name(), "", "send_proxy = \"%s\"".formatted(version))) {
            byte[] got = exchange("X and more").substring(2).getBytes(StandardCharsets.ISO_8859_1);

            ProxyHeader header = header(got);
            assertThat(header.version()).isEqualTo(version.charAt(1) - '0');
            assertThat(header.source()).isNull();
            assertThat(text(got).substring(header.length())).isEqualTo("X and more");
            await().until(() -> ended(server, "done") == 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void theHeaderNamesTheClientThatAPeerPassedOn(String version) throws Exception {
        try (Refractium server = start(TestedIo.name(), trusting(), "send_proxy = \"%s\"".formatted(version))) {
            byte[] got = exchange(HEADER + "X").substring(2).getBytes(StandardCharsets.ISO_8859_1);

            assertThat(header(got).source()).isEqualTo(new InetSocketAddress("198.51.100.7", 56324));
            assertThat(header(got).destination()).isEqualTo(new InetSocketAddress("203.0.113.9", 443));
            await().until(() -> ended(server, "done") == 1);
        }
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void aUnixBackendGetsTheAddressOfATcpClient(String io) throws Exception {
        String file = """
                [[listeners]]
                name = "edge"
                bind = "127.0.0.1"
                port = 0
                """ + route("send_proxy = \"v1\"");
        try (Refractium server = start(io, file);
                Client client = Client.from("127.0.0.5", server.tcp().orElseThrow())) {
            int port = server.tcp().orElseThrow().getPort();
            assertThat(client.send("X").finish().rest().text())
                    .matches("u>PROXY TCP4 127\\.0\\.0\\.5 127\\.0\\.0\\.1 \\d+ " + port + "\r\nX");
        }
    }

    @Test
    void sourceOfAUnixBackendIsRefused() {
        assertThatThrownBy(() -> start(TestedIo.name(), "", "source = \"127.0.0.1\""))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("protocols[0].source: \"" + backend.address() + "\" is a Unix socket");
    }

    @Test
    void clientWithoutAnAddressIsNoSource() throws Exception {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        assumeThat(LinuxSockets.mayBindForeign()).as("CAP_NET_RAW").isTrue();
        String file = listener("") + """
                [[protocols]]
                name = "x"
                patterns = ["X"]
                transport = "tcp"
                source = "client"
                forward_to = "127.0.0.1:9"
                """;
        try (Refractium server = start("epoll", file)) {
            assertThat(exchange("X")).isEmpty();

            await().until(() -> ended(server, "source-refused") == 1);
        }
    }

    private static String trusting() {
        return "accept_proxy_from = \"unix\"";
    }

    private Refractium start(String io, String ofListener, String ofRoute) throws Exception {
        return start(io, listener(ofListener) + route(ofRoute));
    }

    private Refractium start(String io, String file) throws Exception {
        return Refractium.builder()
                .io(TestedIo.usable(io))
                .config(Files.writeString(directory.resolve("refractium.toml"), "[server]\nhealth = \"off\"\n" + file))
                .hotReload(false)
                .hook("seen", session -> {
                    seen.add(session);
                    return null;
                })
                .start();
    }

    private String listener(String more) {
        return """
                [[listeners]]
                name = "app"
                path = "%s"
                %s
                """.formatted(directory.resolve("app"), more);
    }

    private String route(String more) {
        return """
                [[protocols]]
                name = "x"
                patterns = ["X"]
                transport = "tcp"
                forward_to = "%s"
                %s
                """.formatted(backend.address(), more);
    }

    private String exchange(String text) throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("app")))) {
            UnixBackend.send(client, text);
            client.shutdownOutput();
            return UnixBackend.rest(client);
        }
    }

    private static ProxyHeader header(byte[] bytes) {
        return (ProxyHeader) HeaderReader.read(ByteBuffer.wrap(bytes), Transport.TCP);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static long ended(Refractium server, String cause) {
        return server.status().ends().getOrDefault(cause, 0L);
    }
}
