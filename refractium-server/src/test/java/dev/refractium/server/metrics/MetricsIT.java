package dev.refractium.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of a server that has served sessions, and docs/metrics.md beside them. */
class MetricsIT {
    private static final Path PAGE = Path.of("..", "docs", "metrics.md");
    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern SAMPLE = Pattern.compile("refractium_\\w+(?:\\{([^}]*)\\})? .*");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");
    private static final Pattern ROW = Pattern.compile("\\| `(refractium_\\w+)` \\| (\\w+) \\| ([^|]*) \\|.*");
    private static final Set<String> ALLOWED =
            Set.of("listener", "route", "pool", "backend", "transport", "protocol", "reason", "le", "version");

    @Test
    void sessionsCountByListenerProtocolRouteAndReason() throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy = proxy(backend)) {
            try (Client routed = proxy.connect().send("PREFIX")) {
                assertThat(routed.read(8)).isEqualTo("b>PREFIX");
                String labels = "{listener=\"default\",protocol=\"prefix\",route=\"prefix\",transport=\"tcp\"}";
                await().untilAsserted(() -> assertThat(scrape(proxy))
                        .contains("refractium_sessions" + labels + " 1.0")
                        .contains("refractium_sessions_routed_total" + labels + " 1.0")
                        .contains("refractium_from_client_bytes_total" + labels + " 6.0")
                        .contains("refractium_from_backend_bytes_total" + labels + " 8.0"));
            }
            try (Client unmatched = proxy.connect().send("OTHER")) {
                unmatched.rest();
            }

            String ended = "refractium_sessions_ended_total{listener=\"default\",protocol=\"";
            await().untilAsserted(() -> assertThat(scrape(proxy))
                    .contains(ended + "prefix\",reason=\"done\",route=\"prefix\",transport=\"tcp\"} 1.0")
                    .contains(ended + "\",reason=\"unmatched\",route=\"\",transport=\"tcp\"} 1.0")
                    .contains("refractium_sessions_opened_total{listener=\"default\",transport=\"tcp\"} 2.0")
                    .contains("refractium_tcp_sessions 0.0"));
        }
    }

    @Test
    void eachPartOfASessionIsTimed() throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy = proxy(backend);
                Client routed = proxy.connect().send("PREFIX")) {
            assertThat(routed.read(8)).isEqualTo("b>PREFIX");

            String labels = "_seconds_count{listener=\"default\",protocol=\"prefix\",transport=\"tcp\"} 1";
            await().untilAsserted(() -> assertThat(scrape(proxy))
                    .contains("refractium_identification" + labels)
                    .contains("refractium_dial" + labels)
                    .contains("refractium_first_byte" + labels)
                    .containsPattern("refractium_loop_delay_seconds_count [1-9]"));
        }
    }

    @Test
    void aReloadGoesOnWithTheCounters(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("refractium.toml");
        try (UdpBackend backend = UdpBackend.echoOn("127.0.0.1")) {
            String config = "[server]\nbind = \"127.0.0.1\"\nport = 0\nfallback_udp = \"" + backend.address() + "\"\n";
            Files.writeString(file, config);
            try (Proxy proxy = Proxy.of(Proxy.builder().config(file));
                    UdpClient client = UdpClient.to(proxy.udp());
                    UdpClient later = UdpClient.to(proxy.udp())) {
                assertThat(client.send("A").read()).isEqualTo("A");

                proxy.server().reload();

                assertThat(later.send("BC").read()).isEqualTo("BC");
                String labels = "{listener=\"default\",protocol=\"\",route=\"fallback\",transport=\"udp\"}";
                await().untilAsserted(() -> assertThat(scrape(proxy))
                        .contains("refractium_sessions_routed_total" + labels + " 2.0")
                        .contains("refractium_from_client_bytes_total" + labels + " 3.0")
                        .contains("refractium_from_backend_bytes_total" + labels + " 3.0")
                        .contains("refractium_reloads_applied_total 1.0")
                        .contains("refractium_config_in_sync 1.0"));
            }
        }
    }

    @Test
    void thePageListsEveryMetricWithItsTypeAndLabelsAndNoOther() throws Exception {
        Map<String, String> scraped = new TreeMap<>();
        Map<String, Set<String>> labels = new TreeMap<>();
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy = Proxy.of(builder(backend).fallback(Transport.TCP, backend.address()), backend);
                Client other = proxy.connect().send("OTHER");
                Client routed = proxy.connect().send("PREFIX")) {
            assertThat(other.read(7)).isEqualTo("b>OTHER");
            assertThat(routed.read(8)).isEqualTo("b>PREFIX");
            routed.finish().rest();
            await().until(() -> scrape(proxy).contains("reason=\"done\""));
            read(scrape(proxy), scraped, labels);
        }

        Map<String, String> page = new TreeMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                page.put(row.group(1), row.group(2));
                Set<String> listed =
                        new TreeSet<>(List.of(row.group(3).replace("`", "").split("[, ]+")));
                // A metric that has no sample yet has no labels to compare.
                assertThat(labels.getOrDefault(row.group(1), listed))
                        .as(row.group(1))
                        .isEqualTo(listed.equals(Set.of("–")) ? Set.of() : listed);
            }
        }
        assertThat(page).isEqualTo(scraped);
        assertThat(labels.values()).allSatisfy(names -> assertThat(ALLOWED).containsAll(names));
    }

    private static void read(String scrape, Map<String, String> types, Map<String, Set<String>> labels) {
        String family = "";
        for (String line : scrape.lines().toList()) {
            Matcher type = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (type.matches()) {
                family = type.group(1);
                types.put(family, type.group(2));
            } else if (sample.matches()) {
                Set<String> names = labels.computeIfAbsent(family, first -> new TreeSet<>());
                String given = sample.group(1) == null ? "" : sample.group(1);
                LABEL.matcher(given).results().forEach(label -> names.add(label.group(1)));
                names.remove("le");
            }
        }
    }

    private static Proxy proxy(TestBackend backend) throws Exception {
        return Proxy.of(builder(backend), backend);
    }

    private static RefractiumBuilder builder(TestBackend backend) {
        return Proxy.builder()
                .protocol(PrefixProtocol.of("prefix", "PREFIX"))
                .hook("watching", session -> end -> {})
                .route("prefix", r -> r.to(backend.address()));
    }

    private static String scrape(Proxy proxy) {
        var administration = proxy.server().administration();
        Exposition page = Exposition.of(administration.status(), administration.measures(), "");
        return new String(page.body(), StandardCharsets.UTF_8);
    }
}
