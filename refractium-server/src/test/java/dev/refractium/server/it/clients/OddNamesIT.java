package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.config.OnOddName;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where a first message goes whose one name is no host name, and where one that servers read differently does not go. */
class OddNamesIT {
    @SuppressWarnings("NullAway.Init")
    private TestBackend named;

    @SuppressWarnings("NullAway.Init")
    private TestBackend any;

    @SuppressWarnings("NullAway.Init")
    private TestBackend fallback;

    @BeforeEach
    void start() throws IOException {
        named = TestBackend.named("named");
        any = TestBackend.named("any");
        fallback = TestBackend.named("fallback");
    }

    @AfterEach
    void stop() throws IOException {
        named.close();
        any.close();
        fallback.close();
    }

    static Stream<String> odd() {
        return Stream.of(
                head("Host: *.a.test"),
                head("Host: b\u00c3\u00bccher.test:8080"),
                hello("*.a.test"),
                hello("a.test:443"),
                hello("::1"),
                hello("b\u00c3\u00bccher.test"),
                hello(""));
    }

    /** Each with an odd name, and something that servers read differently. */
    static Stream<String> ambiguous() {
        return Stream.of(
                head("Host: *.a.test\r\nHost: *.a.test"),
                head("Host: *.a.test, a.test"),
                head("Host: *.a.test\0"),
                head("Host: *.a.test\r\n X: y"),
                head("Host: *.a.test\nX: y"),
                head("Host : *.a.test"),
                "GET http://a.test/ HTTP/1.1\r\nHost: *.a.test\r\n\r\n",
                hello("a.test\0.b.test"),
                hello("*.a.test a.test"),
                hello("a.test:443:80"),
                hello("b\u00fccher.test"));
    }

    @ParameterizedTest
    @MethodSource("odd")
    void oddNameIsClosedByDefault(String first) throws Exception {
        try (Proxy proxy = Proxy.of(routes(OnOddName.CLOSE), named, any, fallback)) {
            isClosed(proxy, first);
        }
    }

    @ParameterizedTest
    @MethodSource("odd")
    void oddNameGoesToTheFallbackIfTheRoutesAllowIt(String first) throws Exception {
        try (Proxy proxy = Proxy.of(routes(OnOddName.FALLBACK), named, any, fallback);
                Client client = proxy.connect()) {
            client.send(first);

            assertThat(client.read("fallback>".length())).isEqualTo("fallback>");
            assertThat(proxy.fallbacks()).isEqualTo(Map.of("incomplete", 1L));
        }
    }

    @ParameterizedTest
    @MethodSource("odd")
    void oddNameGoesToTheRouteThatAsksForNothingIfTheRoutesAllowIt(String first) throws Exception {
        try (Proxy proxy = Proxy.of(routes(OnOddName.ANY), named, any, fallback);
                Client client = proxy.connect()) {
            client.send(first);

            assertThat(client.read("any>".length() + first.length())).isEqualTo("any>" + first);
        }
    }

    @ParameterizedTest
    @MethodSource("ambiguous")
    void whatServersReadDifferentlyReachesNobody(String first) throws Exception {
        for (OnOddName onOddName : OnOddName.values()) {
            try (Proxy proxy = Proxy.of(routes(onOddName), named, any, fallback)) {
                isClosed(proxy, first);
            }
        }
    }

    private void isClosed(Proxy proxy, String first) throws IOException {
        try (Client client = proxy.connect()) {
            client.send(first);

            assertThat(client.rest().text()).isEmpty();
            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("incomplete", 1L)));
            assertThat(named.accepted() + any.accepted() + fallback.accepted()).isZero();
        }
    }

    private RefractiumBuilder routes(OnOddName onOddName) {
        return Proxy.builder()
                .plugins(Lab.plugins())
                .fallback(Transport.TCP, fallback.address())
                .route(
                        "http",
                        r -> r.match("host", "a.test").to(named.address()).onOddName(onOddName))
                .route("http", r -> r.to(any.address()).onOddName(onOddName))
                .route(
                        "https",
                        r -> r.match("sni", "a.test").to(named.address()).onOddName(onOddName))
                .route("https", r -> r.to(any.address()).onOddName(onOddName));
    }

    private static String head(String lines) {
        return "GET / HTTP/1.1\r\n" + lines + "\r\n\r\n";
    }

    /** A ClientHello with this server name, each character of which is a byte. */
    private static String hello(String name) {
        String names = sized("\0" + sized(name));
        String extensions = sized("\0\0" + sized(names));
        String body = "\3\3" + "\0".repeat(32) + "\0" + "\0\2\u0013\1" + "\1\0" + extensions;
        return "\u0016\3\1" + sized("\1\0" + sized(body));
    }

    /** The text behind its length in two bytes. */
    private static String sized(String text) {
        return "" + (char) (text.length() >> 8) + (char) (text.length() & 0xff) + text;
    }
}
