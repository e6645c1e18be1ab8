package dev.refractium.server.it.peek;

import static dev.refractium.server.it.support.Client.Ending.FIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.config.OnFailure;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a TCP session is refused before it is relayed: closed and counted, and nothing dialled. */
class TcpRefusalsIT extends TcpOutcomes {
    // Nothing matched

    @Test
    void unmatchedTrafficIsClosedWithoutWaiting() throws Exception {
        try (Proxy proxy = Proxy.of(alphaOnly().peekTimeout(Proxy.NEVER), alpha);
                Client client = proxy.connect()) {
            client.send("nothing known");

            assertThat(client.rest().text()).isEmpty();
            awaitEnds(proxy, Map.of("unmatched", 1L));
            assertThat(alpha.accepted()).isZero();
        }
    }

    @Test
    void bytesThatFitSoFarAreUnmatchedAtThePeekTimeout() throws Exception {
        try (Proxy proxy = Proxy.of(alphaOnly(), alpha);
                Client client = proxy.connect()) {
            client.send("ALPH");

            assertThat(client.rest()).isEqualTo(new Client.Rest("", FIN));
            awaitEnds(proxy, Map.of("unmatched", 1L));
            assertThat(alpha.accepted()).isZero();
        }
    }

    @Test
    void peekTimeoutCountsFromTheAcceptAndNotFromTheLastByte() throws Exception {
        Protocol line = PrefixProtocol.of("line", "x".repeat(400));
        RefractiumBuilder builder = Proxy.builder()
                .protocol(line)
                .route("line", r -> r.to(alpha.address()))
                .peekTimeout(Duration.ofMillis(300));
        try (Proxy proxy = Proxy.of(builder, alpha);
                Client client = proxy.connect()) {
            long begin = System.nanoTime();

            await().pollInterval(Duration.ofMillis(20))
                    .atMost(Duration.ofSeconds(7))
                    .until(() -> {
                        trickle(client);
                        return proxy.ends().containsKey("unmatched");
                    });

            // The bytes alone would last for eight seconds.
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isBetween(Duration.ofMillis(250), Duration.ofSeconds(6));
        }
    }

    @Test
    void finBehindOneByteIsClosedWithoutFallback() throws Exception {
        try (Proxy proxy = Proxy.of(alphaOnly().peekTimeout(Proxy.NEVER), alpha);
                Client client = proxy.connect()) {
            client.send("A").finish();

            assertThat(client.rest()).isEqualTo(new Client.Rest("", FIN));
            awaitEnds(proxy, Map.of("unmatched", 1L));
            assertThat(alpha.accepted()).isZero();
        }
    }

    // No route takes the attributes

    @Test
    void attributesThatNoRouteTakesAreClosed() throws Exception {
        try (Proxy proxy = Proxy.of(hosted().peekTimeout(Proxy.NEVER), alpha);
                Client client = proxy.connect()) {
            client.send("HOST:b.test\n");

            assertThat(client.rest()).isEqualTo(new Client.Rest("", FIN));
            awaitEnds(proxy, Map.of("no-route", 1L));
            assertThat(alpha.accepted()).isZero();
        }
    }

    // Attributes never became readable

    @ParameterizedTest
    @ValueSource(strings = {"HOST:a.te", "HOST:", "HOST", "H"})
    void attributesCutShortByTheTimeoutAreClosedAndDoNotReachTheFallback(String sent) throws Exception {
        try (Proxy proxy = Proxy.of(withFallback(hosted()), alpha, fallback);
                Client client = proxy.connect()) {
            client.send(sent);

            assertThat(client.rest()).isEqualTo(new Client.Rest("", FIN));
            awaitEnds(proxy, Map.of("incomplete", 1L));
            assertThat(alpha.accepted()).isZero();
            assertThat(fallback.accepted()).isZero();
        }
    }

    @Test
    void undecidedProtocolWhoseRoutesAskForAttributesBlocksLaterRoutes() throws Exception {
        RefractiumBuilder builder =
                hosted().route("later", r -> r.pattern(new byte[] {'H'}).to(other.address()));
        try (Proxy proxy = Proxy.of(builder, alpha, other);
                Client client = proxy.connect()) {
            client.send("HOST");

            assertThat(client.rest()).isEqualTo(new Client.Rest("", FIN));
            awaitEnds(proxy, Map.of("incomplete", 1L));
            assertThat(other.accepted()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HOST:a.test", "HOS"})
    void attributesCutShortByAFinAreClosed(String sent) throws Exception {
        try (Proxy proxy = Proxy.of(withFallback(hosted()).peekTimeout(Proxy.NEVER), alpha, fallback);
                Client client = proxy.connect()) {
            client.send(sent).finish();

            assertThat(client.rest()).isEqualTo(new Client.Rest("", FIN));
            awaitEnds(proxy, Map.of("incomplete", 1L));
            assertThat(fallback.accepted()).isZero();
        }
    }

    @Test
    void attributesCutShortByAFullPeekAreClosed() throws Exception {
        RefractiumBuilder builder = withFallback(hosted()).peekBufferSize(4096).peekTimeout(Proxy.NEVER);
        try (Proxy proxy = Proxy.of(builder, alpha, fallback);
                Client client = proxy.connect()) {
            client.send("HOST:" + "a".repeat(4096 - 5));

            assertThat(client.rest()).isEqualTo(new Client.Rest("", FIN));
            awaitEnds(proxy, Map.of("incomplete", 1L));
            assertThat(fallback.accepted()).isZero();
        }
    }

    @Test
    void malformedAttributesAreClosedAtOnce() throws Exception {
        try (Proxy proxy = Proxy.of(withFallback(hosted()).peekTimeout(Proxy.NEVER), alpha, fallback);
                Client client = proxy.connect()) {
            client.send("HOST:!");

            assertThat(client.rest()).isEqualTo(new Client.Rest("", FIN));
            awaitEnds(proxy, Map.of("incomplete", 1L));
            assertThat(fallback.accepted()).isZero();
        }
    }

    // Silence

    @Test
    void silentClientIsClosedAtThePeekTimeout() throws Exception {
        try (Proxy proxy = Proxy.of(alphaOnly(), alpha);
                Client client = proxy.connect()) {
            assertThat(client.rest()).isEqualTo(new Client.Rest("", FIN));

            awaitEnds(proxy, Map.of("silent", 1L));
            assertThat(alpha.accepted()).isZero();
        }
    }

    // Gone before any byte

    @Test
    void finBeforeAnyByteDialsNothing() throws Exception {
        try (Proxy proxy = Proxy.of(patient(withFallback(serverFirst(alphaOnly()))), alpha, other, fallback);
                Client client = proxy.connect()) {
            client.finish();

            assertThat(client.rest()).isEqualTo(new Client.Rest("", FIN));
            awaitEnds(proxy, Map.of("left-early", 1L));
            assertNothingDialled();
        }
    }

    @Test
    void resetBeforeAnyByteDialsNothing() throws Exception {
        try (Proxy proxy = Proxy.of(patient(withFallback(serverFirst(alphaOnly()))), alpha, other, fallback)) {
            proxy.connect().reset();

            awaitEnds(proxy, Map.of("client-reset", 1L));
            await().untilAsserted(() -> assertThat(proxy.live()).isZero());
            assertNothingDialled();
        }
    }

    // Backends down

    @Test
    void everyBackendIsTriedOnceAndNoOtherPool() throws Exception {
        int one = TestBackend.deadPort();
        int two = TestBackend.deadPort();
        // Probes count as failures too.
        try (Proxy proxy = Proxy.unprobed(twoDead(one, two).healthOff())) {
            for (int session = 1; session <= 3; session++) {
                long failuresOfOne = proxy.failures("127.0.0.1:" + one);
                long failuresOfTwo = proxy.failures("127.0.0.1:" + two);
                try (Client client = proxy.connect()) {
                    assertThat(client.send("ALPHA").rest().text()).isEmpty();
                }
                awaitEnds(proxy, Map.of("no-backend", (long) session));
                assertThat(proxy.failures("127.0.0.1:" + one)).isEqualTo(failuresOfOne + 1);
                assertThat(proxy.failures("127.0.0.1:" + two)).isEqualTo(failuresOfTwo + 1);
            }

            assertNothingDialled();
        }
    }

    @Test
    void backendsAreTriedThoughAllAreDown() throws Exception {
        int one = TestBackend.deadPort();
        int two = TestBackend.deadPort();
        try (Proxy proxy = Proxy.unprobed(twoDead(one, two).healthInterval(Duration.ofMillis(200)))) {
            await().until(() -> proxy.health("127.0.0.1:" + one).equals("down")
                    && proxy.health("127.0.0.1:" + two).equals("down"));
            try (Client client = proxy.connect()) {
                assertThat(client.send("ALPHA").rest().text()).isEmpty();
            }
            awaitEnds(proxy, Map.of("no-backend", 1L));
        }
    }

    private RefractiumBuilder twoDead(int one, int two) {
        return withFallback(Proxy.builder()
                .protocol(ALPHA)
                .route("alpha", r -> r.to("127.0.0.1:" + one, "127.0.0.1:" + two))
                .route("other", r -> r.pattern(new byte[] {'O'}).to(other.address())));
    }

    @Test
    void fallbackThatIsDownItselfIsClosed() throws Exception {
        int dead = TestBackend.deadPort();
        int alsoDead = TestBackend.deadPort();
        RefractiumBuilder builder = Proxy.builder()
                .protocol(ALPHA)
                .fallback(Transport.TCP, "127.0.0.1:" + dead)
                .route("alpha", r -> r.to("127.0.0.1:" + alsoDead).onUnhealthy(OnFailure.FALLBACK));
        try (Proxy proxy = Proxy.of(builder);
                Client client = proxy.connect()) {
            assertThat(client.send("ALPHA").rest().text()).isEmpty();

            awaitEnds(proxy, Map.of("no-backend", 1L));
        }
    }

    private static void trickle(Client client) {
        try {
            client.send("x");
        } catch (IOException e) {
            // Closed: what the test waits for.
        }
    }
}
