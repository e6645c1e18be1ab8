package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.report.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Real servers behind the health check of their protocol: for seconds, or for ten minutes at full length. */
class HealthChecksIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What no log may have after a check: words that servers and those who read their logs have for attacks. */
    private static final Pattern ALARM = Pattern.compile(
            "error|fail|fatal|invalid|illegal|bad |attack|refus|reset|did not receive|no supported|timeout|violat|"
                    + "connection closed by|unexpected|alert|crit");

    @RegisterExtension
    final Lab lab = new Lab();

    @Test
    void realServersAreWellAndLogNothingUnusual() throws Exception {
        int http = Ports.free();
        int https = Ports.free();
        int ssh = Sshd.start(lab).port();
        int ftp = Vsftpd.start(lab);
        int dns = Dnsmasq.start(lab);
        Nginx.start(lab, https, """
                server { listen 127.0.0.1:%d; server_name a.test; location / { return 204; } }
                server {
                    listen 127.0.0.1:%d ssl;
                    server_name a.test;
                    %s
                    location / { return 204; }
                }
                """.formatted(http, https, certificate()));
        // The lab has connected to see whether sshd listens.
        await().atMost(PATIENCE)
                .until(() -> logs().stream().anyMatch(line -> line.startsWith("Connection closed by ")));
        List<String> before = logs();
        Refractium proxy = lab.proxy(
                "health = { check = \"protocol\", interval = \"%s\" }\n".formatted(Full.is() ? "1s" : "100ms"),
                route("http", "host = \"a.test\"", http)
                        + route("https", "sni = \"a.test\"", https)
                        + route("ssh", "", ssh)
                        + route("ftp", "", ftp)
                        + route("dns", "", dns));
        await().atMost(PATIENCE).until(() -> health(proxy).values().stream().allMatch("up"::equals));
        long until = System.nanoTime() + (Full.is() ? Duration.ofMinutes(10) : Duration.ofSeconds(4)).toNanos();

        await().atMost(Duration.ofMinutes(11))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> System.nanoTime() - until > 0
                        || health(proxy).values().stream().anyMatch(health -> !health.equals("up")));

        assertThat(health(proxy))
                .hasSize(6)
                .allSatisfy((backend, health) -> assertThat(health).isEqualTo("up"));
        assertThat(proxy.status().backends())
                .allSatisfy(backend -> assertThat(backend.failures()).isZero());
        List<String> alarms = logs().stream()
                .filter(line -> !before.contains(line))
                .filter(line -> ALARM.matcher(line.toLowerCase(Locale.ROOT)).find())
                .toList();
        System.out.printf(
                "health checks by protocol: lines in the servers' logs %d, alarming %d%n",
                logs().size() - before.size(), alarms.size());
        assertThat(alarms).isEmpty();
    }

    @Test
    void aServerOfAnotherProtocolIsDown() throws Exception {
        int http = Ports.free();
        Nginx.start(lab, http, "server { listen 127.0.0.1:%d; location / { return 204; } }".formatted(http));
        int ssh = Sshd.start(lab).port();
        int ftp = Vsftpd.start(lab);
        int dns = Dnsmasq.start(lab);
        Refractium proxy = lab.proxy(
                "health = { check = \"protocol\", interval = \"100ms\", timeout = \"1s\" }\n",
                route("http", "", ssh) + route("ssh", "", ftp) + route("ftp", "", dns) + route("https", "", http));

        await().atMost(PATIENCE).until(() -> health(proxy).values().stream().allMatch("down"::equals));
    }

    @Test
    void aPoolIsCheckedByItsOwnBytes() throws Exception {
        int http = Ports.free();
        Nginx.start(lab, http, """
                server {
                    listen 127.0.0.1:%1$d;
                    listen 127.0.0.2:%1$d;
                    location = /ready { return 200 "ready"; }
                    location = /broken { return 500; }
                }
                """.formatted(http));
        lab.write("ready.txt", "GET /ready HTTP/1.0\r\n\r\n");
        String table = """
                [pools.%s]
                servers = ["%s:%d"]
                health = { check = "send", %s, expect = [{ contains = "200 OK", within = 15 }], interval = "100ms" }
                """;
        Refractium proxy = lab.proxy(route("http", "host = \"a.test\"", "pool:well")
                + route("http", "host = \"b.test\"", "pool:broken")
                + route("http", "host = \"c.test\"", "pool:file")
                + table.formatted("well", "127.0.0.1", http, "send = \"GET /ready HTTP/1.0\\r\\n\\r\\n\"")
                + table.formatted(
                        "broken", "127.0.0.2", http, "send = \"GET /broken HTTP/1.0\\r\\n\\r\\n\", port = " + http)
                + table.formatted("file", "localhost", http, "send_file = \"ready.txt\""));

        await().atMost(PATIENCE)
                .until(() -> health(proxy)
                        .equals(Map.of(
                                "127.0.0.1:" + http + " tcp", "up",
                                "127.0.0.2:" + http + " tcp", "down",
                                "localhost:" + http + " tcp", "up")));
    }

    private String certificate() throws Exception {
        Certificates.Pair pair = new Certificates(lab).issue("a.test");
        return "ssl_certificate " + pair.certificate() + "; ssl_certificate_key " + pair.key() + ";";
    }

    private static String route(String protocol, String match, int port) {
        return route(protocol, match, "127.0.0.1:" + port);
    }

    private static String route(String protocol, String match, String destination) {
        return "[[protocols]]\nname = \"%s\"\n%s\nforward_to = \"%s\"\n".formatted(protocol, match, destination);
    }

    private static Map<String, String> health(Refractium proxy) {
        return proxy.status().backends().stream()
                .collect(Collectors.toMap(
                        backend -> backend.address() + " " + backend.transport(), Status.Backend::health));
    }

    private List<String> logs() throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(lab.directory())) {
            for (Path log : files.filter(file -> file.getFileName().toString().startsWith("server-"))
                    .toList()) {
                lines.addAll(Files.readAllLines(log));
            }
        }
        return lines;
    }
}
