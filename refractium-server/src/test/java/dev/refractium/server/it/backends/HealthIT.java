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
    void backendThatSessionsFindDownIsLoggedAndSoIsItsRecovery() throws Exception {
        int port = TestBackend.deadPort();
        String backend = "127.0.0.1:" + port;
        try (CapturedLog log = new CapturedLog();
                Proxy proxy = Proxy.unprobed(Proxy.builder().healthOff().fallback(Transport.TCP, backend))) {
            for (int i = 0; i < 3; i++) {
                assertThat(isServed(proxy)).isFalse();
            }
            assertThat(log.lines(backend))
                    .filteredOn(line -> line.contains("backend is"))
                    .hasSize(1);
            assertThat(log.lines("WARN backend is down backend=" + backend).get(0))
                    .contains("efused")
                    .endsWith("routes=\"fallback\"");

            try (TestBackend back = TestBackend.namedAt(port, "b")) {
                assertThat(isServed(proxy)).isTrue();
                assertThat(back.accepted()).isOne();
            }
            assertThat(log.lines("INFO backend is up again backend=" + backend)).hasSize(1);
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

    private static boolean isServed(Proxy proxy) throws IOException {
        try (Client client = proxy.connect()) {
            return client.send("?").finish().rest().text().equals("b>?");
        }
    }
}
