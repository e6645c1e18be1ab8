package dev.refractium.server.it.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.it.support.CapturedLog;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key {@code health}: how often backends are probed, and what a probe is. */
class HealthIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void reloadChangesTheIntervalAndSwitchesProbesOffAndOn(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("refractium.toml");
        try (TestBackend backend = TestBackend.named("b")) {
            write(file, "{ interval = \"1h\" }", backend);
            try (Proxy proxy = Proxy.of(Proxy.builder().config(file), backend)) {
                int first = backend.probes();

                write(file, "{ interval = \"100ms\" }", backend);
                proxy.server().reload();
                await().atMost(PATIENCE).until(() -> backend.probes() >= first + 5);

                write(file, "\"off\"", backend);
                proxy.server().reload();
                AtomicInteger seen = new AtomicInteger();
                await().atMost(PATIENCE).during(Duration.ofSeconds(1)).until(() -> {
                    int now = backend.probes();
                    return seen.getAndSet(now) == now;
                });

                write(file, "{ interval = \"100ms\" }", backend);
                proxy.server().reload();
                await().atMost(PATIENCE).until(() -> backend.probes() >= seen.get() + 2);
            }
        }
    }

    @Test
    void probeSendsNoByteAndEndsWithAFin() throws Exception {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        try (TestBackend backend = TestBackend.serving(socket -> seen.add(firstOf(socket)));
                Proxy proxy = Proxy.of(Proxy.builder()
                        .healthInterval(Duration.ofMillis(100))
                        .fallback(Transport.TCP, backend.address()))) {
            await().atMost(PATIENCE).until(() -> seen.size() >= 3);

            assertThat(seen).containsOnly("end");
            assertThat(proxy.live()).isZero();
        }
    }

    @Test
    void backendThatClientsOfThreeNetworksFindDownIsLoggedAndSoIsItsRecovery() throws Exception {
        int port = TestBackend.deadPort();
        String dead = "127.0.0.1:" + port;
        try (CapturedLog log = new CapturedLog();
                TestBackend other = TestBackend.named("o");
                Proxy proxy =
                        Proxy.unprobed(Proxy.builder().healthOff().fallback(Transport.TCP, dead, other.address()))) {
            for (int i = 0; i < 10; i++) {
                assertThat(servedBy(proxy, "127.0.1." + (i + 1))).isEqualTo("o");
            }
            assertThat(log.lines("backend is down")).as("by one client's word").isEmpty();

            for (int i = 0; i < 6; i++) {
                assertThat(servedBy(proxy, "127.0." + (i + 2) + ".1")).isEqualTo("o");
            }
            assertThat(log.lines("WARN backend is down backend=" + dead)).hasSize(1);
            assertThat(log.lines("WARN backend is down backend=" + dead).get(0))
                    .contains("efused, for clients of 3 networks; avoided for 5s")
                    .endsWith("routes=\"fallback\"");
            long failures = proxy.failures(dead);
            servedBy(proxy, "127.0.9.1");
            servedBy(proxy, "127.0.9.1");
            assertThat(proxy.failures(dead)).as("tried last").isEqualTo(failures);

            try (TestBackend back = TestBackend.namedAt(port, "b")) {
                await().atMost(PATIENCE)
                        .until(() -> servedBy(proxy, "127.0.1.1").equals("b"));
                assertThat(back.accepted()).isPositive();
                assertThat(log.lines("INFO backend is up again backend=" + dead))
                        .hasSize(1);
            }
        }
    }

    @Test
    void sessionThatFailsHasTheBackendProbedAtOnce() throws Exception {
        try (TestBackend other = TestBackend.named("o");
                TestBackend dying = TestBackend.named("d");
                Proxy proxy = Proxy.of(
                        Proxy.builder()
                                .healthInterval(Duration.ofHours(1))
                                .fallback(Transport.TCP, dying.address(), other.address()),
                        dying,
                        other)) {
            stop(dying);

            await().atMost(PATIENCE).until(() -> {
                assertThat(servedBy(proxy, "127.0.1.1")).isEqualTo("o");
                return proxy.server().status().backends().stream()
                        .anyMatch(backend -> backend.health().equals("down"));
            });
        }
    }

    private static void write(Path file, String health, TestBackend backend) throws IOException {
        Files.writeString(file, """
                fallback_tcp = "%s"

                [server]
                hot_reload = false
                health = %s
                """.formatted(backend.address(), health));
    }

    private static String firstOf(Socket socket) {
        try {
            return socket.getInputStream().read() < 0 ? "end" : "a byte";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String servedBy(Proxy proxy, String client) throws IOException {
        try (Client from = Client.from(client, proxy.tcp())) {
            return from.send("?").finish().rest().text().replace(">?", "");
        }
    }

    private static void stop(TestBackend backend) throws IOException {
        backend.close();
    }
}
