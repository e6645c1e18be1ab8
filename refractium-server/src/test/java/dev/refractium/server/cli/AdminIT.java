package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of a server that runs as a process. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals are sent by kill")
class AdminIT {
    private static final Pattern URL = Pattern.compile("metrics listener url=(http://\\S+)");

    @TempDir
    private Path directory;

    @Test
    void metricsAreServedAndPrintedWhereTheConfigurationSaysSo() throws Exception {
        write("[admin]\nport = 0\n");
        try (Launched server = launch()) {
            server.address();
            String url = url(server, 0);
            HttpResponse<String> scrape = fetch(url);
            assertThat(scrape.statusCode()).isEqualTo(200);
            assertThat(scrape.body()).contains("\nrefractium_ready 1.0\n");
            try (Launched metrics = launch("metrics", "--control", directory.toString())) {
                assertThat(metrics.exitCode()).as(metrics.err()).isZero();
                assertThat(metrics.out()).contains("\nrefractium_ready 1.0\n");
            }

            write("[admin]\nport = 0\nhosts = \"proxy.test\"\n");
            String moved = url(server.signal("HUP"), 1);
            assertThat(fetch(moved).statusCode()).isEqualTo(200);

            write("");
            server.signal("HUP");
            await().ignoreExceptions().until(() -> isClosed(moved));
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }

    @Test
    void theTokenIsThatOfTheFileAtEachReload() throws Exception {
        secret("first-token-first-token");
        write("[admin]\nport = 0\ntoken_file = \"token\"\n");
        try (Launched server = launch()) {
            server.address();
            String data = url(server, 0).replace("/metrics", "/api/status");
            assertThat(fetch(data, "first-token-first-token").body()).contains("\"state\":\"ready\"");
            assertThat(fetch(data, "second-token-second-token").statusCode()).isEqualTo(401);

            secret("second-token-second-token");
            String moved = url(server.signal("HUP"), 1).replace("/metrics", "/api/status");
            assertThat(fetch(moved, "first-token-first-token").statusCode()).isEqualTo(401);
            assertThat(fetch(moved, "second-token-second-token").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aTokenThatOthersMayReadIsAProblem() throws Exception {
        secret("first-token-first-token");
        Files.setPosixFilePermissions(directory.resolve("token"), PosixFilePermissions.fromString("rw-r--r--"));
        write("[admin]\nport = 0\ntoken_file = \"token\"\n");

        try (Launched check = launch("check", "refractium.toml")) {
            assertThat(check.exitCode()).isEqualTo(2);
            assertThat(check.err())
                    .contains("refractium.toml:10:1: admin.token_file: ", "every user may read")
                    .doesNotContain("first-token");
        }
    }

    private void secret(String token) throws IOException {
        Path file = Files.writeString(directory.resolve("token"), token + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static HttpResponse<String> fetch(String url, String token) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + token)
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void anAddressThatIsTakenEndsTheStart() throws Exception {
        write("[admin]\nport = 0\n");
        try (Launched first = launch()) {
            first.address();
            write("[admin]\nport = " + URI.create(url(first, 0)).getPort() + "\n");
            Path other = Files.createDirectory(directory.resolve("other"));
            Files.copy(directory.resolve("refractium.toml"), other.resolve("refractium.toml"));
            try (Launched second = Launched.in(other)) {
                assertThat(second.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
                assertThat(second.err()).contains("no metrics listener 127.0.0.1:");
            }
        }
    }

    private void write(String admin) throws IOException {
        Files.writeString(directory.resolve("refractium.toml"), """
            [server]
            bind = "127.0.0.1"
            port = 0
            fallback_tcp = "127.0.0.1:1"
            control = "c.sock"
            hot_reload = false
            drain_timeout = "200ms"
            """ + admin);
    }

    /** Returns the URL of the listener that was opened after {@code before} others. */
    private static String url(Launched server, int before) throws IOException {
        Pattern nth = Pattern.compile("(?s)(?:.*?" + URL.pattern() + "){" + (before + 1) + "}");
        Matcher found = nth.matcher(server.awaitErrText(nth));
        assertThat(found.lookingAt()).isTrue();
        return found.group(1);
    }

    private static boolean isClosed(String url) throws InterruptedException {
        try {
            fetch(url);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static HttpResponse<String> fetch(String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private Launched launch(String... arguments) throws IOException {
        return Launched.in(directory, arguments);
    }
}
