package dev.refractium.server.it.peek;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where a session goes depends on its first bytes, never on how they were cut. */
class CutIT {
    private static final List<String> NAMES =
            List.of("generic", "one", "wild", "absent", "long", "short", "raw", "fallback");
    private static final List<TestBackend> backends = new ArrayList<>();
    private static Proxy proxy;

    @BeforeAll
    static void startServer() throws Exception {
        for (String name : NAMES) {
            backends.add(TestBackend.named(name));
        }
        RefractiumBuilder builder = Proxy.builder()
                .peekTimeout(Proxy.NEVER)
                .protocol(PrefixProtocol.withAttribute("hosted", "HOST:", "host"))
                .protocol(PrefixProtocol.of("long", "PROTO-LONG"))
                .protocol(PrefixProtocol.of("short", "PROTO"))
                .route("hosted", r -> r.match("host", "a.test").to(address("one")))
                .route("hosted", r -> r.match("host", "*.b.test").to(address("wild")))
                .route("hosted", r -> r.match("host", "").to(address("absent")))
                .route("hosted", r -> r.to(address("generic")))
                .route("long", r -> r.to(address("long")))
                .route("short", r -> r.to(address("short")))
                .route("raw", r -> r.pattern(2, "00ff", "ffff").to(address("raw")))
                .route(
                        "magic",
                        r -> r.pattern(new byte[] {'M', 'A', 'G', 'I', 'C'}).to(address("raw")))
                .fallback(Transport.TCP, address("fallback"));
        proxy = Proxy.of(builder);
    }

    @AfterAll
    static void stopServer() throws IOException {
        proxy.close();
        for (TestBackend backend : backends) {
            backend.close();
        }
    }

    static Stream<List<String>> openings() {
        return Stream.of(
                List.of("HOST:a.test\n", "one"),
                List.of("HOST:x.y.b.test\n", "wild"),
                List.of("HOST:\n", "absent"),
                List.of("HOST:elsewhere.test\nand more", "generic"),
                List.of("HOST:a.test\nHOST:x.b.test\n", "one"),
                List.of("PROTO-LONG", "long"),
                List.of("PROTO-SHORT", "short"),
                List.of("PROTOCOL", "short"),
                List.of("xy\0\u00ff", "raw"),
                List.of("MAGIC", "raw"),
                List.of("MAGS", "fallback"),
                List.of("HOSTEL", "fallback"),
                List.of("zzzz", "fallback"));
    }

    @ParameterizedTest
    @MethodSource("openings")
    void everyCutLeadsToTheSameBackend(List<String> opening) throws Exception {
        String bytes = opening.get(0);
        String expected = opening.get(1) + ">" + bytes;
        for (int cut = 0; cut < bytes.length(); cut++) {
            try (Client client = proxy.connect()) {
                client.send(bytes.substring(0, cut)).send(bytes.substring(cut));

                assertThat(client.finish().rest()).isEqualTo(new Client.Rest(expected, Client.Ending.FIN));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("openings")
    void byteByByteIsTheSameAsAllAtOnce(List<String> opening) throws Exception {
        String bytes = opening.get(0);
        String expected = opening.get(1) + ">" + bytes;
        try (Client client = proxy.connect()) {
            for (int i = 0; i < bytes.length(); i++) {
                client.send(bytes.substring(i, i + 1));
            }

            assertThat(client.read(expected.length())).isEqualTo(expected);
        }
    }

    @Test
    void shorterProtocolMatchesIfTheStreamEndsInsideTheLonger() throws Exception {
        try (Client client = proxy.connect()) {
            client.send("PROTO-LO").finish();

            assertThat(client.rest().text()).isEqualTo("short>PROTO-LO");
        }
        Awaitility.await().until(() -> proxy.live() == 0);
    }

    private static String address(String name) {
        return backends.get(NAMES.indexOf(name)).address();
    }
}
