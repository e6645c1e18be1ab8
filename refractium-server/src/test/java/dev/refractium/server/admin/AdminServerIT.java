package dev.refractium.server.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The HTTP listener of a running server. */
class AdminServerIT {
    private TestBackend backend;
    private Proxy proxy;
    private AdminServer admin;

    @BeforeEach
    void start() throws Exception {
        AdminServer.limitClients();
        backend = TestBackend.named("b");
        proxy = Proxy.of(Proxy.builder().fallback(Transport.TCP, backend.address()), backend);
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        admin = AdminServer.start(
                anyPort,
                new AdminRules(List.of("proxy.test"), false, Optional.empty()),
                proxy.server().administration());
    }

    @AfterEach
    void stop() throws Exception {
        admin.close();
        proxy.close();
        backend.close();
    }

    @Test
    void metricsAreInTheFormatThatTheReaderAccepts() throws Exception {
        HttpResponse<String> plain = fetch("GET", "/metrics", "*/*");
        HttpResponse<String> open = fetch("GET", "/metrics", "application/openmetrics-text; version=1.0.0");

        assertThat(plain.statusCode()).isEqualTo(200);
        assertThat(type(plain)).startsWith("text/plain; version=0.0.4");
        assertThat(plain.body()).contains("# TYPE refractium_ready gauge\nrefractium_ready 1.0\n");
        assertThat(type(open)).startsWith("application/openmetrics-text; version=1.0.0");
        assertThat(open.body()).contains("# TYPE refractium_build info\n").endsWith("# EOF\n");
    }

    /** The used CPU time changes from one to the next. */
    @Test
    void readersThatAskAllTheTimeGetTheSameForHalfASecond() throws Exception {
        Set<String> different = new HashSet<>();
        long began = System.nanoTime();
        for (int i = 0; i < 50; i++) {
            different.add(fetch("GET", "/metrics", "*/*").body());
        }

        long halves = (System.nanoTime() - began) / Duration.ofMillis(500).toNanos();

        assertThat(different).hasSizeLessThanOrEqualTo((int) halves + 1);
        await().until(() -> different.add(fetch("GET", "/metrics", "*/*").body()));
    }

    @Test
    void aConnectionIsClosedAfterItsAnswer() throws Exception {
        try (Socket socket = connect()) {
            String two = "GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(2);
            socket.getOutputStream().write(two.getBytes(US_ASCII));

            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .containsOnlyOnce("HTTP/1.1 200 OK")
                    .containsIgnoringCase("Connection: close");
        }
    }

    @Test
    void probesAnswerByTheStateOfTheServer() throws Exception {
        assertThat(fetch("GET", "/live", "*/*").body()).isEqualTo("live\n");
        assertThat(fetch("GET", "/ready", "*/*").body()).isEqualTo("ready\n");

        proxy.server().close();

        assertThat(fetch("GET", "/live", "*/*").statusCode()).isEqualTo(200);
        assertThat(fetch("GET", "/ready", "*/*").statusCode()).isEqualTo(503);
        assertThat(fetch("GET", "/ready", "*/*").body()).contains("the server is ending");
    }

    @Test
    void onlyReadingOfKnownPathsIsAnswered() throws Exception {
        assertThat(fetch("POST", "/metrics", "*/*").statusCode()).isEqualTo(405);
        assertThat(fetch("GET", "/", "*/*").statusCode()).isEqualTo(404);
        HttpResponse<String> head = fetch("HEAD", "/ready", "*/*");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Length")).contains("6");
        assertThat(head.body()).isEmpty();
    }

    @Test
    void thePageMayRunItsOwnScriptAndNothingElse() throws Exception {
        try (AdminServer open = page(Optional.empty())) {
            for (String path : List.of("/", "/page.js", "/page.css", "/uplot.js", "/uplot.css", "/icon.svg")) {
                HttpResponse<String> file = fetch(open, "GET", path, "");
                assertThat(file.statusCode()).as(path).isEqualTo(200);
                assertThat(file.body()).as(path).isNotBlank().doesNotContain("https://fonts", "innerHTML");
                assertThat(file.headers().firstValue("Content-Security-Policy"))
                        .hasValueSatisfying(policy -> assertThat(policy)
                                .startsWith("default-src 'none'; script-src 'self'; ")
                                .contains("frame-ancestors 'none'")
                                .doesNotContain("unsafe"));
                assertThat(file.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
                assertThat(file.headers().firstValue("Referrer-Policy")).contains("no-referrer");
            }
            assertThat(fetch(open, "GET", "/", "").body()).doesNotContain("style=", "<script>", "onclick");
            assertThat(fetch(open, "POST", "/", "").statusCode()).isEqualTo(405);
            assertThat(fetch(open, "GET", "/page.html", "").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void thePagesDataIsThatOfTheReports() throws Exception {
        try (AdminServer open = page(Optional.empty());
                Client client = proxy.connect().send("A")) {
            assertThat(client.read(3)).isEqualTo("b>A");

            HttpResponse<String> status = fetch(open, "GET", "/api/status", "");
            assertThat(type(status)).isEqualTo("application/json");
            assertThat(status.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(status.body()).contains("\"state\":\"ready\"", "\"health\":\"up\",\"since\":\"20");
            assertThat(fetch(open, "GET", "/api/measures", "").body()).contains("\"route\":\"fallback\"");
            assertThat(fetch(open, "GET", "/api/history", "").body()).contains("\"every_ms\":2000,\"live\":[");
            assertThat(fetch(open, "GET", "/api/none", "").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void endsAndRefusalsAreShownWithWhatIsKnown() throws Exception {
        proxy.server().close();
        try (Proxy strict = Proxy.of(Proxy.builder()
                        .protocol(PrefixProtocol.withAttribute("prefix", "P", "name"))
                        .route("prefix", r -> r.match("name", "known").to(backend.address())));
                AdminServer open = page(strict, Optional.empty())) {
            try (Client client = strict.connect().send("Pevil\u001b[31m\n")) {
                client.rest();
            }

            await().untilAsserted(() -> assertThat(
                            fetch(open, "GET", "/api/recent", "").body())
                    .contains("\"reason\":\"no-route\",\"limit\":null,\"refused\":true,\"client\":\"127.0.0.1\"")
                    .contains("\"protocol\":\"prefix\",\"attributes\":{\"name\":\"evil"));
        }
    }

    @Test
    void dataNeedsTheTokenIfThereIsOne() throws Exception {
        try (AdminServer closed = page(Optional.of("right"::equals))) {
            assertThat(fetch(closed, "GET", "/", "").statusCode()).isEqualTo(200);
            for (String wrong : List.of("", "Bearer wrong", "right", "Basic right")) {
                HttpResponse<String> refused = fetch(closed, "GET", "/api/status", wrong);
                assertThat(refused.statusCode()).as(wrong).isEqualTo(401);
                assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer");
                assertThat(refused.body()).doesNotContain("ready");
            }
            assertThat(fetch(closed, "GET", "/api/status", "Bearer right").statusCode())
                    .isEqualTo(200);
            assertThat(fetch(closed, "GET", "/metrics", "").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void withoutThePageThereIsNoData() throws Exception {
        for (String path : List.of("/", "/page.js", "/api/status", "/api/recent")) {
            assertThat(fetch("GET", path, "*/*").statusCode()).as(path).isEqualTo(404);
        }
    }

    private AdminServer page(Optional<Predicate<String>> token) throws IOException {
        return page(proxy, token);
    }

    private static AdminServer page(Proxy server, Optional<Predicate<String>> token) throws IOException {
        return AdminServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new AdminRules(List.of(), true, token),
                server.server().administration());
    }

    private static HttpResponse<String> fetch(AdminServer from, String method, String path, String authorization)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + from.address().getPort() + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aForeignHostIsRefused() throws Exception {
        assertThat(answer("Host: evil.test")).startsWith("HTTP/1.1 403 ");
        assertThat(answer("Host: evil.test:9464")).startsWith("HTTP/1.1 403 ");
        assertThat(answer("X: y")).startsWith("HTTP/1.1 403 ");
        for (String host : List.of("10.0.0.1:9464", "[::1]:9464", "localhost", "PROXY.test:1")) {
            assertThat(answer("Host: " + host)).startsWith("HTTP/1.1 200 ");
        }
    }

    /** Some begin a request and never end it, some are idle. */
    @Test
    void clientsThatHangDoNotKeepOthersFromTheirAnswer() throws Exception {
        List<Socket> hanging = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                Socket socket = connect();
                hanging.add(socket);
                if (i % 2 == 0) {
                    socket.getOutputStream().write("GET /metrics HTTP/1.1\r\nHost: ".getBytes(US_ASCII));
                }
            }

            assertThat(fetch("GET", "/ready", "*/*").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : hanging) {
                socket.close();
            }
        }
    }

    private Socket connect() throws IOException {
        return new Socket(admin.address().getAddress(), admin.address().getPort());
    }

    private String answer(String header) throws IOException {
        try (Socket socket = connect()) {
            String request = "GET /live HTTP/1.1\r\n" + header + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    private HttpResponse<String> fetch(String method, String path, String accept) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + admin.address().getPort() + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(30))
                .header("Accept", accept)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String type(HttpResponse<String> response) {
        return response.headers().firstValue("Content-Type").orElse("");
    }
}
