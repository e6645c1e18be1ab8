package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.refractium.api.Transport;
import dev.refractium.server.it.support.AdminPort;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A real Prometheus scrapes a server each second; alerts fire and resolve by the rules of the distribution, without
 * their {@code for}. Only by {@code -Drefractium.full=true}.
 */
class PrometheusIT {
    private static final Path RULES =
            Path.of("..", "dist", "src", "main", "dist", "monitoring", "refractium-alerts.yml");

    @RegisterExtension
    final Lab lab = new Lab();

    @Test
    void anAlertFiresWhileAPoolHasNoBackendAndThenResolves() throws Exception {
        if (!Full.is()) {
            System.err.println("SKIPPED: Prometheus itself, without -Drefractium.full=true");
            Assumptions.abort("short");
        }
        int port = TestBackend.deadPort();
        try (Proxy proxy = Proxy.of(Proxy.builder()
                        .healthInterval(Duration.ofMillis(100))
                        .fallback(Transport.TCP, "127.0.0.1:" + port));
                AdminPort admin = AdminPort.of(proxy.server())) {
            int prometheus = prometheus(admin);

            awaitFiring(
                    prometheus, Set.of("RefractiumBackendDown", "RefractiumDegraded", "RefractiumPoolWithoutBackends"));
            TestBackend back = TestBackend.namedAt(port, "b");
            awaitFiring(prometheus, Set.of());

            back.close();
            awaitFiring(
                    prometheus, Set.of("RefractiumBackendDown", "RefractiumDegraded", "RefractiumPoolWithoutBackends"));
            assertThat(admin.ready()).isEqualTo(200);
        }
    }

    /** Starts Prometheus, and returns its port. */
    private int prometheus(AdminPort admin) throws Exception {
        int port = Ports.free();
        lab.write("rules.yml", Files.readString(RULES).replaceAll("(?m)^        for: \\w+$", "        for: 0s"));
        Path config = lab.write("prometheus.yml", """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: [rules.yml]
                scrape_configs:
                  - job_name: refractium
                    static_configs:
                      - targets: ["127.0.0.1:%d"]
                """.formatted(admin.address().getPort()));
        lab.serve(
                () -> Ports.accepts(port),
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + lab.directory().resolve("data"),
                "--web.listen-address=127.0.0.1:" + port);
        await().ignoreExceptions()
                .until(
                        () -> data(port, "query?query=up%20==%201").getAsJsonArray("result"),
                        found -> found.size() == 1);
        return port;
    }

    private static void awaitFiring(int prometheus, Set<String> alerts) {
        await().untilAsserted(() -> assertThat(firing(prometheus)).isEqualTo(alerts));
    }

    private static Set<String> firing(int prometheus) throws IOException {
        Set<String> names = new TreeSet<>();
        JsonArray alerts = data(prometheus, "alerts").getAsJsonArray("alerts");
        for (JsonElement alert : alerts) {
            if (alert.getAsJsonObject().get("state").getAsString().equals("firing")) {
                names.add(alert.getAsJsonObject()
                        .getAsJsonObject("labels")
                        .get("alertname")
                        .getAsString());
            }
        }
        return names;
    }

    /** Asks Prometheus by its API. */
    private static JsonObject data(int prometheus, String question) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + prometheus + "/api/v1/" + question);
        try (var answer = uri.toURL().openStream()) {
            return JsonParser.parseString(new String(answer.readAllBytes(), StandardCharsets.UTF_8))
                    .getAsJsonObject()
                    .getAsJsonObject("data");
        }
    }
}
