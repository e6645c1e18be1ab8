package dev.refractium.server.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a server ends. */
@Alone
class DrainIT {
    private TestBackend backend;

    @BeforeEach
    void startBackend() throws IOException {
        backend = TestBackend.named("b");
    }

    @AfterEach
    void stopBackend() throws IOException {
        backend.close();
    }

    @Test
    void sessionsFinishDuringTheDrainAndAreCutByResetPastIt() throws Exception {
        int streams = Full.is() ? 500 : 100;
        Duration deadline = Duration.ofSeconds(3);
        Refractium server = relay().drainTimeout(deadline).start();
        List<Client> clients = open(streams, server);

        long begin = System.nanoTime();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
        await().until(() -> isRefused(server));
        int finished = 0;
        for (Client client : clients.subList(0, streams / 2)) {
            finished += client.send("last").finish().rest().equals(new Client.Rest("last", Client.Ending.FIN)) ? 1 : 0;
        }
        List<Client.Rest> cut = new ArrayList<>();
        for (Client client : clients.subList(streams / 2, streams)) {
            cut.add(client.rest());
        }
        closed.get(30, TimeUnit.SECONDS);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);

        assertThat(finished).isEqualTo(streams / 2);
        assertThat(cut).containsOnly(new Client.Rest("", Client.Ending.RESET));
        assertThat(took).isBetween(deadline, deadline.plusSeconds(4));
        assertThat(server.status().sessions()).isZero();
        assertThat(server.status().ends()).containsEntry("done", streams / 2L).containsEntry("cut", streams / 2L);
        System.out.printf(
                "drain: %d streams, finished %d, cut %d, ended after %d ms of %d%n",
                streams, finished, cut.size(), took.toMillis(), deadline.toMillis());
    }

    @Test
    void drainEndsWithTheLastSession() throws Exception {
        Refractium server = relay().drainTimeout(Proxy.NEVER).start();
        Client client = open(1, server).get(0);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
        await().until(() -> isRefused(server));
        assertThat(closed).isNotDone();

        client.finish().rest();

        closed.get(30, TimeUnit.SECONDS);
        assertThat(server.status().ends()).containsEntry("done", 1L).containsEntry("cut", 0L);
    }

    @Test
    void serverWithoutSessionsClosesAtOnce() throws Exception {
        Refractium server = relay().drainTimeout(Proxy.NEVER).start();

        CompletableFuture.runAsync(server::close).get(30, TimeUnit.SECONDS);

        assertThat(isRefused(server)).isTrue();
    }

    @Test
    void hurryingEndsADrainAtOnce() throws Exception {
        Refractium server = relay().drainTimeout(Proxy.NEVER).start();
        Client client = open(1, server).get(0);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
        await().until(() -> isRefused(server));

        server.cutNow();

        assertThat(client.rest()).isEqualTo(new Client.Rest("", Client.Ending.RESET));
        closed.get(30, TimeUnit.SECONDS);
        assertThat(server.status().ends()).containsEntry("cut", 1L);
    }

    @Test
    void closingTwiceIsClosingOnce() throws Exception {
        Refractium server = relay().start();
        server.close();
        Map<String, Long> ends = server.status().ends();

        server.close();
        server.cutNow();

        assertThat(server.status().ends()).isEqualTo(ends);
    }

    @Test
    void undecidedSessionsAreDrainedToo() throws Exception {
        RefractiumBuilder builder = Proxy.builder()
                .peekTimeout(Proxy.NEVER)
                .drainTimeout(Proxy.NEVER)
                .route("known", r -> r.pattern(new byte[] {'K', 'N'}).to(backend.address()));
        Refractium server = builder.start();
        Client client = Client.to(server.tcp().orElseThrow()).send("K");
        await().until(() -> server.status().sessions() == 1);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
        await().until(() -> isRefused(server));

        client.send("N").finish();

        assertThat(client.rest()).isEqualTo(new Client.Rest("b>KN", Client.Ending.FIN));
        closed.get(30, TimeUnit.SECONDS);
    }

    @Test
    void flowsDoNotHoldTheDrainForTheirIdleTimeout() throws Exception {
        try (UdpBackend echo = UdpBackend.echoOn("127.0.0.1");
                Refractium server = Proxy.builder()
                        .fallback(Transport.UDP, echo.address())
                        .udpIdleTimeout(Proxy.NEVER)
                        .drainTimeout(Proxy.NEVER)
                        .start();
                UdpClient client = UdpClient.to(server.udp().orElseThrow())) {
            client.send("a").read();
            CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);

            assertThat(client.send("an answer still leaves").read()).isEqualTo("an answer still leaves");

            closed.get(30, TimeUnit.SECONDS);
            assertThat(server.status().ends()).containsEntry("done", 1L).containsEntry("cut", 0L);
        }
    }

    @Test
    void flowsOfAFormerAddressDoNotHoldTheDrainForTheirIdleTimeout(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("refractium.toml");
        try (UdpBackend echo = UdpBackend.echoOn("127.0.0.1")) {
            Files.writeString(file, at("127.0.0.1", echo));
            try (Refractium server = TestedIo.server()
                            .config(file)
                            .transports(Transport.UDP)
                            .drainTimeout(Proxy.NEVER)
                            .start();
                    UdpClient client = UdpClient.to(server.udp().orElseThrow())) {
                client.send("a").read();
                Files.writeString(file, at("127.0.0.2", echo));
                server.reload();

                CompletableFuture.runAsync(server::close).get(30, TimeUnit.SECONDS);

                assertThat(server.status().ends()).containsEntry("done", 1L).containsEntry("cut", 0L);
            }
        }
    }

    @Test
    void portIsFreeAgainAsSoonAsTheServerIsClosed() throws Exception {
        int port = TestBackend.deadPort();
        for (int i = 0; i < 20; i++) {
            try (Refractium again = relay().listen("127.0.0.1", port)
                    .drainTimeout(Duration.ZERO)
                    .start()) {
                open(3, again).get(0).close();
            }
        }

        assertThatThrownBy(() -> Client.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
                .isInstanceOf(ConnectException.class);
    }

    private static String at(String address, UdpBackend backend) {
        return """
                [server]
                bind = "%s"
                port = 0
                fallback_udp = "%s"
                hot_reload = false
                """.formatted(address, backend.address());
    }

    private RefractiumBuilder relay() {
        return Proxy.builder().fallback(Transport.TCP, backend.address());
    }

    private static List<Client> open(int count, Refractium server) throws IOException {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(Client.to(server.tcp().orElseThrow()).send("?"));
        }
        for (Client client : clients) {
            assertThat(client.read(3)).isEqualTo("b>?");
        }
        return clients;
    }

    private static boolean isRefused(Refractium server) throws IOException {
        try {
            Client.to(server.tcp().orElseThrow()).close();
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }
}
