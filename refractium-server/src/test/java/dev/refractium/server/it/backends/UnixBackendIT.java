package dev.refractium.server.it.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UnixBackend;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Backends that are Unix sockets. */
class UnixBackendIT {
    private static final String KINDS = "dev.refractium.server.it.support.TestedIo#kinds";
    private static final int LARGE = 5_000_000;

    /** In the temporary directory itself, since a socket's path must be short. */
    private Path directory = Path.of("");

    @BeforeEach
    void create() throws Exception {
        directory = Files.createTempDirectory("unix");
    }

    @AfterEach
    void delete() throws Exception {
        Files.deleteIfExists(socket());
        Files.delete(directory);
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void bytesAndHalfCloseArriveBothWays(String io) throws Exception {
        String large = "0123456789".repeat(LARGE / 10);
        try (UnixBackend backend = UnixBackend.named(socket(), "u");
                Proxy proxy = Proxy.of(to(io, backend.address()));
                Client client = proxy.connect()) {
            Client.Rest answer = client.send(large).finish().rest();

            assertThat(answer.ending()).isEqualTo(Client.Ending.FIN);
            assertThat(answer.text().equals("u>" + large)).isTrue();
            await().until(() -> proxy.ends().equals(Map.of("done", 1L)));
        }
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void backendThatFinishesFirstReadsOn(String io) throws Exception {
        CompletableFuture<String> read = new CompletableFuture<>();
        UnixBackend.Handler finishing = client -> {
            if (client.read(ByteBuffer.allocate(1)) < 0) {
                return;
            }
            UnixBackend.send(client, "bye");
            client.shutdownOutput();
            read.complete(UnixBackend.rest(client));
        };
        try (UnixBackend backend = UnixBackend.serving(socket(), finishing);
                Proxy proxy = Proxy.of(to(io, backend.address()));
                Client client = proxy.connect()) {
            assertThat(client.send("x").rest().text()).isEqualTo("bye");

            client.send("more").finish();

            assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo("more");
        }
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void resetOfTheClientEndsTheBackendsConnection(String io) throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        UnixBackend.Handler watching = client -> {
            if (client.read(ByteBuffer.allocate(1)) < 0) {
                return;
            }
            UnixBackend.send(client, "y");
            UnixBackend.rest(client);
            ended.countDown();
        };
        try (UnixBackend backend = UnixBackend.serving(socket(), watching);
                Proxy proxy = Proxy.of(to(io, backend.address()));
                Client client = proxy.connect()) {
            assertThat(client.send("x").read(1)).isEqualTo("y");

            client.reset();

            assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
            await().until(() -> proxy.ends().equals(Map.of("client-reset", 1L)));
        }
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void backendThatClosesOnUnreadBytesResetsTheClient(String io) throws Exception {
        UnixBackend.Handler leaving = client -> client.read(ByteBuffer.allocate(1));
        try (UnixBackend backend = UnixBackend.serving(socket(), leaving);
                Proxy proxy = Proxy.of(to(io, backend.address()));
                Client client = proxy.connect()) {
            Client.Rest rest = client.send("0123456789").rest();

            assertThat(rest).isEqualTo(new Client.Rest("", Client.Ending.RESET));
            assertThat(proxy.ends()).isEqualTo(Map.of("backend-reset", 1L));
        }
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void missingSocketIsDownUntilItIsThere(String io) throws Exception {
        String address = "unix:" + socket();
        try (Proxy proxy = Proxy.of(to(io, address))) {
            await().until(() -> proxy.health(address).equals("down"));
            try (UnixBackend backend = UnixBackend.named(socket(), "u");
                    Client client = proxy.connect()) {
                await().until(() -> proxy.health(backend.address()).equals("up"));
                assertThat(client.send("x").finish().rest().text()).isEqualTo("u>x");
            }
        }
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void sessionsPassOverASocketThatRefuses(String io) throws Exception {
        try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(socket()));
        }
        try (TestBackend other = TestBackend.named("tcp");
                Proxy proxy = Proxy.unprobed(to(io, "unix:" + socket(), other.address()))) {
            for (int i = 0; i < 10; i++) {
                try (Client client = proxy.connect()) {
                    assertThat(client.send("x").finish().rest().text()).isEqualTo("tcp>x");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void fullBacklogIsTheBackendsFault(String io) throws Exception {
        List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocketChannel full = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            full.bind(UnixDomainSocketAddress.of(socket()), 1);
            fill(waiting);
            try (TestBackend other = TestBackend.named("tcp");
                    Proxy proxy = Proxy.of(to(io, "unix:" + socket(), other.address()), other)) {
                try (Client client = proxy.connect()) {
                    assertThat(client.send("x").finish().rest().text()).isEqualTo("tcp>x");
                }
                await().until(() -> proxy.health("unix:" + socket()).equals("down"));
                assertThat(proxy.ends()).doesNotContainKeys("no-local-port", "local-error");
            }
        } finally {
            for (SocketChannel each : waiting) {
                each.close();
            }
        }
    }

    /** Connects until the backlog takes no more. */
    private void fill(List<SocketChannel> waiting) throws IOException {
        boolean taken = true;
        while (taken && waiting.size() < 100) {
            SocketChannel next = SocketChannel.open(StandardProtocolFamily.UNIX);
            waiting.add(next);
            next.configureBlocking(false);
            try {
                taken = next.connect(UnixDomainSocketAddress.of(socket()));
            } catch (SocketException full) {
                taken = false;
            }
        }
        assertThat(taken).isFalse();
    }

    @Test
    void statusAndReadinessNameTheSocket() throws Exception {
        String address = "unix:" + socket();
        try (Proxy proxy = Proxy.of(to(TestedIo.name(), address))) {
            await().untilAsserted(() -> assertThat(proxy.server().status().reasons())
                    .containsExactly("route fallback (tcp) has no live backend: " + address + " down"));
            assertThat(proxy.server().status().backends().get(0).transport()).isEqualTo("tcp");
        }
    }

    @ParameterizedTest
    @CsvSource({"udp, protocols[0].forward_to", "both, protocols[0].forward_to"})
    void routeForDatagramsIsRefused(String transport, String place) throws Exception {
        ConfigException refused = refusal("""
                [[protocols]]
                name = "letters"
                patterns = ["L"]
                transport = "%s"
                forward_to = "unix:/run/app.sock"
                """.formatted(transport));

        assertThat(refused)
                .hasMessageContaining(place + ": \"unix:/run/app.sock\" is a Unix socket, which takes no datagrams;"
                        + " name host:port, or let the route be of transport = \"tcp\"");
    }

    @Test
    void fallbackAndPoolForDatagramsAreRefused() throws Exception {
        ConfigException refused = refusal("""
                fallback_udp = "pool:app"

                [pools.app]
                servers = "unix:/run/app.sock"
                """);

        assertThat(refused)
                .hasMessageContaining("fallback_udp: \"unix:/run/app.sock\" is a Unix socket, which takes no");
    }

    private ConfigException refusal(String configuration) throws Exception {
        Path file = Files.writeString(directory.resolve("unix.toml"), configuration);
        try {
            return catchThrowableOfType(
                    ConfigException.class,
                    () -> TestedIo.server().config(file).listen("127.0.0.1", 0).start());
        } finally {
            Files.delete(file);
        }
    }

    private Path socket() {
        return directory.resolve("app.sock");
    }

    private static RefractiumBuilder to(String io, String... backends) {
        return Proxy.builder()
                .io(TestedIo.usable(io))
                .healthInterval(Duration.ofMillis(100))
                .fallback(Transport.TCP, backends);
    }
}
