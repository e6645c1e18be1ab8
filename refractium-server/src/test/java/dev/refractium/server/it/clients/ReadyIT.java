package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.it.support.AdminPort;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.report.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code /ready} waits for at the start, and what never changes it. */
class ReadyIT {
    private static final Duration WAIT = Duration.ofSeconds(5);

    @RegisterExtension
    final Lab lab = new Lab();

    @Test
    void aCheckThatIsNeverAnsweredDelaysTheStartByFiveSeconds() throws Exception {
        String silent = "{ check = \"send\", send = \"?\", timeout = \"1m\" }";
        try (TestBackend backend =
                TestBackend.serving(socket -> socket.getInputStream().readAllBytes())) {
            long began = System.nanoTime();
            try (Refractium server = start(silent, backend);
                    AdminPort admin = AdminPort.of(server)) {
                long listens = System.nanoTime();
                assertThat(admin.get("/ready").body())
                        .startsWith("health checks without a first result: 1, as that of " + backend.address() + "; ");

                await().until(() -> admin.ready() == 200);

                long now = System.nanoTime();
                assertThat(Duration.ofNanos(now - began)).isGreaterThanOrEqualTo(WAIT);
                System.out.printf(
                        "a check that is not answered: ready %d ms after the start%n", (now - listens) / 1_000_000);
            }
        }
    }

    @Test
    void aCheckThatFailsAtOnceDelaysTheStartByNoMore() throws Exception {
        long began = System.nanoTime();
        try (TestBackend backend = TestBackend.named("b")) {
            backend.stopListening();
            try (Refractium server = start("\"tcp\"", backend);
                    AdminPort admin = AdminPort.of(server)) {
                await().pollInterval(Duration.ofMillis(10)).until(() -> admin.ready() == 200);

                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(WAIT);
            }
        }
    }

    @Test
    void aBrokenFileBackendsThatAreDownAndDnsThatIsGoneNeverChangeIt() throws Exception {
        NameServer names = NameServer.start(lab, 1, "127.0.0.1 app.test\n");
        try (TestBackend kept = TestBackend.named("kept");
                TestBackend named = TestBackend.named("named");
                TestBackend lost = TestBackend.named("lost")) {
            String config = """
                    fallback_tcp = "%s"
                    [server]
                    bind = "127.0.0.1"
                    port = 0
                    hot_reload = false
                    resolvers = ["%s"]
                    health = { interval = "100ms" }
                    [[protocols]]
                    name = "named"
                    patterns = ["NAMED"]
                    forward_to = "app.test:%d"
                    [[protocols]]
                    name = "lost"
                    patterns = ["LOST"]
                    forward_to = "%s"
                    """.formatted(kept.address(), names.text(), named.port(), lost.address());
            Path file = lab.write("refractium.toml", config);
            try (Proxy proxy = Proxy.of(Proxy.builder().config(file));
                    AdminPort admin = AdminPort.of(proxy.server())) {
                lab.write("refractium.toml", config.replace("fallback_tcp", "fallback_tpc"));
                assertThatThrownBy(() -> proxy.server().reload()).isInstanceOf(ConfigException.class);
                assertThat(admin.ready()).isEqualTo(200);
                assertThat(admin.get("/metrics").body())
                        .contains("\nrefractium_config_in_sync 0.0\n")
                        .contains("\nrefractium_degraded 1.0\n");
                assertThat(served(proxy, "LOST")).isEqualTo("lost>LOST");

                lost.stopListening();
                await().until(() -> proxy.health(lost.address()).equals("down"));
                assertThat(admin.ready()).isEqualTo(200);
                assertThat(served(proxy, "NAMED")).isEqualTo("named>NAMED");

                names.kill();
                await().until(() -> proxy.server().status().names().stream()
                        .map(Status.Name::trouble)
                        .anyMatch(trouble -> trouble.isPresent()));
                assertThat(admin.ready()).isEqualTo(200);
                assertThat(served(proxy, "NAMED")).isEqualTo("named>NAMED");

                named.stopListening();
                kept.stopListening();
                await().until(() -> proxy.server().status().backends().stream()
                        .filter(backend -> backend.transport().equals("tcp"))
                        .allMatch(backend -> backend.health().equals("down")));
                assertThat(admin.ready()).isEqualTo(200);
                assertThat(admin.get("/metrics").body()).contains("\nrefractium_ready 1.0\n");
            }
        }
    }

    /** Starts a server whose only backend is checked like this, without waiting for the check. */
    private Refractium start(String health, TestBackend backend) throws Exception {
        Path file = lab.write("refractium.toml", """
                fallback_tcp = "%s"
                [server]
                bind = "127.0.0.1"
                port = 0
                health = %s
                """.formatted(backend.address(), health));
        return Proxy.builder().config(file).start();
    }

    private static String served(Proxy proxy, String request) throws IOException {
        try (Client client = proxy.connect().send(request)) {
            return client.finish().rest().text();
        }
    }
}
