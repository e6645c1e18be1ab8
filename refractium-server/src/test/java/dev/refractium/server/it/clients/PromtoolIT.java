package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.metrics.Exposition;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' own program judges the metrics. */
class PromtoolIT {
    @Test
    void promtoolFindsNothingWrong(@TempDir Path directory) throws Exception {
        Path promtool = Tool.find("promtool");
        Path scrape = directory.resolve("metrics");
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy = Proxy.of(
                        Proxy.builder()
                                .protocol(PrefixProtocol.of("prefix", "PREFIX"))
                                .route("prefix", r -> r.to(backend.address())),
                        backend);
                Client client = proxy.connect().send("PREFIX")) {
            assertThat(client.read(8)).isEqualTo("b>PREFIX");
            var administration = proxy.server().administration();
            Files.write(
                    scrape,
                    Exposition.of(administration.status(), administration.measures(), "")
                            .body());
        }

        Process check = new ProcessBuilder(promtool.toString(), "check", "metrics")
                .redirectInput(scrape.toFile())
                .redirectErrorStream(true)
                .start();

        assertThat(new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(check.waitFor()).isZero();
    }
}
