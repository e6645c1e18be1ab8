package dev.refractium.server.it.server;

import static dev.refractium.server.it.support.UnixServer.ended;
import static dev.refractium.server.it.support.UnixServer.fallback;
import static dev.refractium.server.it.support.UnixServer.sendAndFinish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Session;
import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UnixBackend;
import dev.refractium.server.it.support.UnixServer;
import dev.refractium.server.report.Status;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients of listeners at Unix sockets. */
class UnixListenerIT {
    private static final String KINDS = "dev.refractium.server.it.support.TestedIo#kinds";

    private UnixServer unix;

    @BeforeEach
    void create() throws Exception {
        unix = new UnixServer();
    }

    @AfterEach
    void delete() throws Exception {
        unix.close();
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void bytesAndHalfCloseArriveBothWaysFromUnixToUnix(String io) throws Exception {
        String large = "0123456789".repeat(500_000);
        try (UnixBackend back = UnixBackend.named(unix.directory().resolve("back"), "u");
                Refractium server = unix.start(io, unix.listener("app", "") + fallback(back.address()));
                SocketChannel client = unix.connect("app")) {
            Thread sender = new Thread(() -> sendAndFinish(client, large));
            sender.start();

            assertThat(UnixBackend.rest(client).equals("u>" + large)).isTrue();

            sender.join();
            await().until(() -> ended(server, "done") == 1);
            assertThat(server.status().listeners())
                    .containsExactly(new Status.Listener("app", "tcp", "unix:" + unix.path("app")));
        }
        assertThat(unix.path("app")).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void backendThatFinishesFirstStillReceives(String io) throws Exception {
        UnixBackend.Handler finishing = client -> {
            if (client.read(ByteBuffer.allocate(1)) >= 0) {
                UnixBackend.send(client, "bye");
                client.shutdownOutput();
                UnixBackend.rest(client);
            }
        };
        try (UnixBackend back = UnixBackend.serving(unix.directory().resolve("back"), finishing);
                Refractium server = unix.start(io, unix.listener("app", "") + fallback(back.address()));
                SocketChannel client = unix.connect("app")) {
            UnixBackend.send(client, "x");
            assertThat(UnixBackend.rest(client)).isEqualTo("bye");

            sendAndFinish(client, "more");

            await().until(() -> ended(server, "done") == 1);
            assertThat(server.status().counters().get(Status.BYTES)).isEqualTo(8);
        }
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void resetOfATcpBackendEndsTheClient(String io) throws Exception {
        TestBackend.Handler resetting = client -> {
            if (client.getInputStream().read() >= 0) {
                client.setSoLinger(true, 0);
                client.close();
            }
        };
        try (TestBackend resets = TestBackend.serving(resetting);
                Refractium server = unix.start(io, unix.listener("app", "") + fallback(resets.address()));
                SocketChannel client = unix.connect("app")) {
            UnixBackend.send(client, "x");

            assertThat(UnixBackend.rest(client)).isEmpty();
            assertThat(ended(server, "backend-reset")).isOne();
        }
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void clientIsNamedByItsUserAndHasNoLimitPerAddress(String io) throws Exception {
        BlockingQueue<Session> seen = new LinkedBlockingQueue<>();
        String file = unix.listener("app", "") + unix.fallback() + """
                [server]
                max_connections_per_ip = 1
                """;
        RefractiumBuilder builder = unix.builder(io, file).hook("test", session -> {
            seen.add(session);
            return null;
        });
        try (Refractium server = builder.start()) {
            List<SocketChannel> clients = List.of(unix.connect("app"), unix.connect("app"), unix.connect("app"));
            for (SocketChannel client : clients) {
                sendAndFinish(client, "x");
                assertThat(UnixBackend.rest(client)).isEqualTo("b>x");
                client.close();
            }

            Session session = seen.poll(30, TimeUnit.SECONDS);
            assertThat(session).isNotNull();
            int uid = (int) Files.getAttribute(unix.directory(), "unix:uid");
            assertThat(session.client()).isEqualTo(UnixDomainSocketAddress.of(io.equals("nio") ? "" : "uid=" + uid));
            assertThat(session.listener()).isEqualTo(UnixDomainSocketAddress.of(unix.path("app")));
            await().until(() -> ended(server, "done") == 3);
        }
    }

    @Test
    void clientIsInNoNetworkAndHasNoRateOfItsOwn() throws Exception {
        try (Refractium server = unix.start(
                TestedIo.name(),
                unix.listener("guarded", "allow = \"0.0.0.0/0\"")
                        + unix.listener("open", "deny = \"0.0.0.0/0\"\nnew_per_second_per_ip = 1")
                        + unix.fallback())) {
            for (int i = 0; i < 5; i++) {
                assertThat(unix.isServed("open")).isTrue();
            }
            assertThat(unix.isServed("guarded")).isFalse();
            await().until(() -> ended(server, "denied") == 1);
        }
    }

    @Test
    void backendThatIsTheListenerIsRefused() throws Exception {
        assertThatThrownBy(() ->
                        unix.start(TestedIo.name(), unix.listener("app", "") + fallback("unix:" + unix.path("app"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("\"unix:" + unix.path("app") + "\" is this server's own listener");
    }
}
