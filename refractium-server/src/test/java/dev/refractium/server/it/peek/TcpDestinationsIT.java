package dev.refractium.server.it.peek;

import static dev.refractium.server.it.support.Client.Ending.FIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Protocol;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.config.OnFailure;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a TCP session goes that is relayed: to its route, or to the fallback instead of being closed. */
class TcpDestinationsIT extends TcpOutcomes {
    // Nothing matched

    @Test
    void unmatchedTrafficGoesToTheFallbackWithoutWaiting() throws Exception {
        try (Proxy proxy = Proxy.of(withFallback(alphaOnly()).peekTimeout(Proxy.NEVER), alpha, fallback);
                Client client = proxy.connect()) {
            client.send("nothing known");

            assertThat(client.read(22)).isEqualTo("fallback>nothing known");
            assertThat(client.finish().rest()).isEqualTo(new Client.Rest("", FIN));
            awaitEnds(proxy, Map.of("done", 1L));
            assertThat(proxy.fallbacks()).isEqualTo(Map.of("unmatched", 1L));
            assertThat(alpha.accepted()).isZero();
            assertThat(fallback.accepted()).isOne();
        }
    }

    @Test
    void bytesThatFitSoFarGoToTheFallbackAtThePeekTimeout() throws Exception {
        try (Proxy proxy = Proxy.of(withFallback(alphaOnly()), alpha, fallback);
                Client client = proxy.connect()) {
            client.send("ALPH");

            assertThat(client.read(13)).isEqualTo("fallback>ALPH");
            assertThat(alpha.accepted()).isZero();
        }
    }

    @Test
    void fullPeekDecides() throws Exception {
        Protocol endless = PrefixProtocol.of("endless", "x".repeat(600));
        RefractiumBuilder builder =
                withFallback(Proxy.builder().protocol(endless).route("endless", r -> r.to(alpha.address())));
        try (Proxy proxy = Proxy.of(builder.peekBufferSize(512).peekTimeout(Proxy.NEVER), alpha, fallback);
                Client client = proxy.connect()) {
            client.send("x".repeat(512));

            assertThat(client.read(9 + 512)).isEqualTo("fallback>" + "x".repeat(512));
            assertThat(alpha.accepted()).isZero();
        }
    }

    @Test
    void finBehindOneByteDecides() throws Exception {
        try (Proxy proxy = Proxy.of(withFallback(alphaOnly()).peekTimeout(Proxy.NEVER), alpha, fallback);
                Client client = proxy.connect()) {
            client.send("A").finish();

            assertThat(client.rest()).isEqualTo(new Client.Rest("fallback>A", FIN));
            awaitEnds(proxy, Map.of("done", 1L));
        }
    }

    @Test
    void finBehindAWholeMatchIsRelayed() throws Exception {
        try (Proxy proxy = Proxy.of(alphaOnly().peekTimeout(Proxy.NEVER), alpha);
                Client client = proxy.connect()) {
            client.send("ALPHA").finish();

            assertThat(client.rest()).isEqualTo(new Client.Rest("alpha>ALPHA", FIN));
            awaitEnds(proxy, Map.of("done", 1L));
        }
    }

    // No route takes the attributes

    @Test
    void attributesThatNoRouteTakesGoToTheFallback() throws Exception {
        try (Proxy proxy = Proxy.of(withFallback(hosted()).peekTimeout(Proxy.NEVER), alpha, fallback);
                Client client = proxy.connect()) {
            client.send("HOST:b.test\n");

            assertThat(client.read(9)).isEqualTo("fallback>");
            assertThat(alpha.accepted()).isZero();
        }
    }

    @Test
    void provedAbsenceIsAnAttributeToo() throws Exception {
        RefractiumBuilder builder = withFallback(hosted())
                .route("hosted", r -> r.match("host", "").to(other.address()))
                .peekTimeout(Proxy.NEVER);
        try (Proxy proxy = Proxy.of(builder, alpha, other, fallback);
                Client client = proxy.connect()) {
            client.send("HOST:\n");

            assertThat(client.read(6)).isEqualTo("other>");
        }
    }

    // Attributes never became readable

    @ParameterizedTest
    @ValueSource(strings = {"HOST:!", "HOST:a.te", "HOS"})
    void incompleteSessionsGoToTheFallbackIfConfigured(String sent) throws Exception {
        RefractiumBuilder builder = withFallback(Proxy.builder().protocol(HOSTED))
                .route(
                        "hosted",
                        r -> r.match("host", "a.test").to(alpha.address()).onIncomplete(OnFailure.FALLBACK));
        try (Proxy proxy = Proxy.of(builder, alpha, fallback);
                Client client = proxy.connect()) {
            client.send(sent);

            assertThat(client.read(9)).isEqualTo("fallback>");
            assertThat(alpha.accepted()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HOST:", "HOST:!", "HOST:a.te"})
    void attributesThatNoRouteAsksForAreNotAwaited(String sent) throws Exception {
        RefractiumBuilder builder = Proxy.builder()
                .protocol(HOSTED)
                .route("hosted", r -> r.to(alpha.address()))
                .peekTimeout(Proxy.NEVER);
        try (Proxy proxy = Proxy.of(builder, alpha);
                Client client = proxy.connect()) {
            client.send(sent);

            assertThat(client.read(6 + sent.length())).isEqualTo("alpha>" + sent);
        }
    }

    // Silence

    @Test
    void silentClientGoesToTheServerFirstRouteAndSoDoItsLateBytes() throws Exception {
        RefractiumBuilder builder =
                withFallback(serverFirst(alphaOnly())).peekTimeout(Proxy.NEVER).silenceTimeout(Duration.ofMillis(100));
        try (Proxy proxy = Proxy.of(builder, alpha, other, fallback);
                Client client = proxy.connect()) {
            assertThat(client.read(6)).isEqualTo("other>");

            client.send("ALPHA");

            assertThat(client.read(5)).isEqualTo("ALPHA");
            assertThat(alpha.accepted()).isZero();
            assertThat(fallback.accepted()).isZero();
        }
    }

    @Test
    void clientThatSentAByteIsNotSilent() throws Exception {
        RefractiumBuilder builder = withFallback(serverFirst(alphaOnly())).silenceTimeout(Duration.ofMillis(600));
        try (Proxy proxy = Proxy.of(builder, alpha, other, fallback);
                Client client = proxy.connect()) {
            client.send("AL");

            assertThat(client.read(11)).isEqualTo("fallback>AL");
            assertThat(other.accepted()).isZero();
        }
    }

    @Test
    void silentClientGoesToTheFallbackAtThePeekTimeout() throws Exception {
        try (Proxy proxy = Proxy.of(withFallback(alphaOnly()), alpha, fallback);
                Client client = proxy.connect()) {
            assertThat(client.read(9)).isEqualTo("fallback>");

            assertThat(client.send("ALPHA").read(5)).isEqualTo("ALPHA");
            assertThat(alpha.accepted()).isZero();
        }
    }

    // Backends down

    @Test
    void backendThatHealthCallsDownServesAsSoonAsItIsBack() throws Exception {
        int port = TestBackend.deadPort();
        RefractiumBuilder builder = Proxy.builder().protocol(ALPHA).route("alpha", r -> r.to("127.0.0.1:" + port));
        try (Proxy proxy = Proxy.of(builder)) {
            for (int i = 0; i < 2; i++) {
                try (Client client = proxy.connect()) {
                    assertThat(client.send("ALPHA").rest().text()).isEmpty();
                }
            }
            assertThat(proxy.health("127.0.0.1:" + port)).isEqualTo("down");

            try (TestBackend back = TestBackend.namedAt(port, "back");
                    Client client = proxy.connect()) {
                assertThat(client.send("ALPHA").read(10)).isEqualTo("back>ALPHA");
                assertThat(back.accepted()).isPositive();
            }
        }
    }

    @Test
    void unhealthyPoolFallsBackIfConfigured() throws Exception {
        int dead = TestBackend.deadPort();
        RefractiumBuilder builder = withFallback(Proxy.builder().protocol(ALPHA))
                .route("alpha", r -> r.to("127.0.0.1:" + dead).onUnhealthy(OnFailure.FALLBACK));
        try (Proxy proxy = Proxy.of(builder, fallback);
                Client client = proxy.connect()) {
            assertThat(client.send("ALPHA").read(14)).isEqualTo("fallback>ALPHA");
            assertThat(proxy.fallbacks()).isEqualTo(Map.of("no-backend", 1L));
        }
    }
}
