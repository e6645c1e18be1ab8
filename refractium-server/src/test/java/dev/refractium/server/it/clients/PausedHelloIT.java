package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.config.OnFailure;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.net.SocketException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client that stops in the middle of its hello until the wait is over, or whose hello does not fit the peek, reaches no
 * backend by what the proxy has not read: neither another host's, nor the fallback.
 */
class PausedHelloIT {
    private static final String GET = "GET / HTTP/1.1\r\n";

    @SuppressWarnings("NullAway.Init")
    private TestBackend a;

    @SuppressWarnings("NullAway.Init")
    private TestBackend fallback;

    @BeforeEach
    void start() throws IOException {
        a = TestBackend.named("a");
        fallback = TestBackend.named("fallback");
    }

    @AfterEach
    void stop() throws IOException {
        a.close();
        fallback.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // More is to come, and may be another host.
                GET + "Host: a.test\r\n",
                GET + "Host: a.test\r\nX: ",
                "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n",
                "GET http://a.test/ HTTP/1.0\r\n",
                // Not enough to be recognised by.
                "GET / HTTP/1.",
                "G",
                "\r\n",
                "PRI * HT",
                "\u0016",
                "\u0016\u0003\u0001\u0002\u0000",
                // Recognised, and no more.
                "\u0016\u0003\u0001\u0002\u0000\u0001",
                // The beginning of a DNS query for a name.
                "\0\u001d\u00124\1\0\0\1\0\0\0\0\0\0\1a\4te",
            })
    void whatFollowsAPauseReachesNobody(String first) throws Exception {
        try (Proxy proxy = Proxy.of(routes(OnFailure.CLOSE), a, fallback);
                Client client = proxy.connect()) {
            client.send(first);
            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("incomplete", 1L)));
            sendAnyway(client, "Host: b.test\r\n\r\n");

            assertThat(client.rest().text()).isEmpty();
            assertNothingDialled();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.", "\u0016\u0003\u0001\u0002\u0000"})
    void helloCutShortByAFinReachesNoBackend(String first) throws Exception {
        try (Proxy proxy = Proxy.of(routes(OnFailure.CLOSE).peekTimeout(Proxy.NEVER), a, fallback);
                Client client = proxy.connect()) {
            client.send(first).finish();

            assertThat(client.rest().text()).isEmpty();
            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("incomplete", 1L)));
            assertNothingDialled();
        }
    }

    @Test
    void headLargerThanThePeekReachesNoBackend() throws Exception {
        String large = "X: " + "x".repeat(17 << 10) + "\r\n";
        try (Proxy proxy = Proxy.of(routes(OnFailure.CLOSE).peekTimeout(Proxy.NEVER), a, fallback)) {
            for (String first : new String[] {
                GET + "Host: a.test\r\n" + large,
                "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n" + large,
                "GET /" + "x".repeat(17 << 10) + " HTTP/1.1\r\n"
            }) {
                try (Client client = proxy.connect()) {
                    sendAnyway(client, first + "Host: b.test\r\n\r\n");

                    assertThat(client.rest().text()).isEmpty();
                }
            }

            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("incomplete", 3L)));
            assertNothingDialled();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.", GET + "Host: a.test\r\n", "\u0016\u0003\u0001\u0002\u0000", "\0\u001d"})
    void pausedHelloReachesTheFallbackIfTheRouteAllowsIt(String first) throws Exception {
        try (Proxy proxy = Proxy.of(routes(OnFailure.FALLBACK), a, fallback);
                Client client = proxy.connect()) {
            client.send(first);

            assertThat(client.read("fallback>".length() + first.length())).isEqualTo("fallback>" + first);
            assertThat(proxy.fallbacks()).isEqualTo(Map.of("incomplete", 1L));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.", "\u0016\u0003\u0001\u0002\u0000", "SSH-"})
    void undecidedSessionReachesTheFallbackIfNoRouteAsksForAttributes(String first) throws Exception {
        RefractiumBuilder builder = builder()
                .route("http", route -> route.to(a.address()))
                .route("https", route -> route.to(a.address()))
                .route("ssh", route -> route.to(a.address()));
        try (Proxy proxy = Proxy.of(builder, a, fallback);
                Client client = proxy.connect()) {
            client.send(first);

            assertThat(client.read("fallback>".length() + first.length())).isEqualTo("fallback>" + first);
            assertThat(proxy.fallbacks()).isEqualTo(Map.of("unmatched", 1L));
        }
    }

    private RefractiumBuilder routes(OnFailure onIncomplete) {
        return builder()
                .route("http", r -> r.match("host", "a.test").to(a.address()).onIncomplete(onIncomplete))
                .route("https", r -> r.match("sni", "a.test").to(a.address()).onIncomplete(onIncomplete))
                .route(
                        "dns",
                        r -> r.match("qname", "a.test")
                                .transport(Transport.TCP)
                                .to(a.address())
                                .onIncomplete(onIncomplete));
    }

    private RefractiumBuilder builder() {
        return Proxy.builder().plugins(Lab.plugins()).fallback(Transport.TCP, fallback.address());
    }

    private void assertNothingDialled() {
        assertThat(a.accepted()).isZero();
        assertThat(fallback.accepted()).isZero();
    }

    /** The connection may be closed already, which is the expected end. */
    private static void sendAnyway(Client client, String text) {
        try {
            client.send(text);
        } catch (IOException e) {
            assertThat(e).isInstanceOf(SocketException.class);
        }
    }
}
