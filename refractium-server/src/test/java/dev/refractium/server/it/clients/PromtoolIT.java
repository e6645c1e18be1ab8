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
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' own program judges the metrics, the alert rules and the queries of the dashboard. */
class PromtoolIT {
    private static final Path MONITORING = Path.of("..", "dist", "src", "main", "dist", "monitoring");
    private static final Path CASES = Path.of("src", "test", "resources", "monitoring", "alerts-test.yml");
    private static final Pattern QUERY = Pattern.compile("\"expr\": (\"(?:[^\"\\\\]|\\\\.)*\")");

    @RegisterExtension
    final Lab lab = new Lab();

    @Test
    void alertsFireInTheCasesThatTheyAreFor() throws Exception {
        Path rules = MONITORING.resolve("refractium-alerts.yml").toAbsolutePath();

        Output check = lab.run("promtool", "check", "rules", rules);
        Output test = lab.run("promtool", "test", "rules", CASES.toAbsolutePath());

        check.succeeded();
        test.succeeded();
    }

    /** Each as a rule, with values for Grafana's variables. */
    @Test
    void theQueriesOfTheDashboardAreSound() throws Exception {
        String dashboard = Files.readString(MONITORING.resolve("refractium-dashboard.json"));
        List<String> queries = QUERY.matcher(dashboard)
                .results()
                .map(query -> "{record: 'query', expr: " + query.group(1).replace("$__rate_interval", "1m") + "}")
                .toList();
        String rules = "groups: [{name: dashboard, rules: [" + String.join(",\n", queries) + "]}]";

        Output check = lab.run("promtool", "check", "rules", "--lint=none", lab.write("dashboard.yml", rules));

        assertThat(queries).hasSizeGreaterThan(40);
        check.succeeded();
    }

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
