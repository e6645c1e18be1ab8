package dev.refractium.server.it.peek;

import static dev.refractium.server.it.support.Client.Ending.FIN;
import static dev.refractium.server.it.support.Client.Ending.RESET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every outcome that a TCP session can have before it is relayed: where it goes, how it is closed, what is counted. */
class TcpOutcomesIT {
    private static final Protocol ALPHA = PrefixProtocol.of("alpha", "ALPHA");
    private static final Protocol HOSTED = PrefixProtocol.withAttribute("hosted", "HOST:", "host");

    private TestBackend alpha;
    private TestBackend other;
    private TestBackend fallback;

    @BeforeEach
    void startBackends() throws IOException {
        alpha = TestBackend.named("alpha");
        other = TestBackend.named("other");
        fallback = TestBackend.named("fallback");
    }

    @AfterEach
    void stopBackends() throws IOException {
        alpha.close();
        other.close();
        fallback.close();
    }

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
    void bytesThatFitSoFarGoToTheFallbackAtThePeekTimeout() throws Exception {
        try (Proxy proxy = Proxy.of(withFallback(alphaOnly()), alpha, fallback);
                Client client = proxy.connect()) {
            client.send("ALPH");

            assertThat(client.read(13)).isEqualTo("fallback>ALPH");
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
    void finBehindOneByteIsClosedWithoutFallback() throws Exception {
        try (Proxy proxy = Proxy.of(alphaOnly().peekTimeout(Proxy.NEVER), alpha);
                Client client = proxy.connect()) {
            client.send("A").finish();

            assertThat(client.rest()).isEqualTo(new Client.Rest("", FIN));
            awaitEnds(proxy, Map.of("unmatched", 1L));
            assertThat(alpha.accepted()).isZero();
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
    void attributesThatNoRouteTakesAreClosed() throws Exception {
        try (Proxy proxy = Proxy.of(hosted().peekTimeout(Proxy.NEVER), alpha);
                Client client = proxy.connect()) {
            client.send("HOST:b.test\n");

            assertThat(client.rest()).isEqualTo(new Client.Rest("", FIN));
            awaitEnds(proxy, Map.of("no-route", 1L));
            assertThat(alpha.accepted()).isZero();
        }
    }

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
    void silentClientIsClosedAtThePeekTimeout() throws Exception {
        try (Proxy proxy = Proxy.of(alphaOnly(), alpha);
                Client client = proxy.connect()) {
            assertThat(client.rest()).isEqualTo(new Client.Rest("", FIN));

            awaitEnds(proxy, Map.of("silent", 1L));
            assertThat(alpha.accepted()).isZero();
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
    void everyBackendIsTriedOnceEvenIfDownAndNoOtherPool() throws Exception {
        int one = TestBackend.deadPort();
        int two = TestBackend.deadPort();
        RefractiumBuilder builder = withFallback(Proxy.builder()
                .protocol(ALPHA)
                .route("alpha", r -> r.to("127.0.0.1:" + one, "127.0.0.1:" + two))
                .route("other", r -> r.pattern(new byte[] {'O'}).to(other.address())));
        try (Proxy proxy = Proxy.of(builder, other, fallback)) {
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

            assertThat(proxy.health("127.0.0.1:" + one)).isEqualTo("down");
            assertNothingDialled();
        }
    }

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

    // Over a limit

    @Test
    void connectionOverMaxConnectionsIsResetAndNothingDialled() throws Exception {
        RefractiumBuilder builder =
                patient(withFallback(serverFirst(alphaOnly()))).maxConnections(1);
        try (Proxy proxy = Proxy.of(builder, alpha, other, fallback);
                Client first = proxy.connect()) {
            assertThat(first.send("ALPHA").read(6)).isEqualTo("alpha>");

            try (Client second = proxy.connect()) {
                assertThat(second.rest()).isEqualTo(new Client.Rest("", RESET));
            }

            awaitEnds(proxy, Map.of("over-max-connections", 1L));
            assertThat(alpha.accepted()).isOne();
            assertThat(other.accepted() + fallback.accepted()).isZero();
            assertThat(first.read(5)).isEqualTo("ALPHA");
        }
    }

    @Test
    void connectionOverTheLimitOfItsClientIsReset() throws Exception {
        try (Proxy proxy = Proxy.of(patient(alphaOnly()).maxConnectionsPerIp(1), alpha);
                Client first = Client.from("127.0.0.1", proxy.tcp());
                Client second = Client.from("127.0.0.1", proxy.tcp());
                Client elsewhere = Client.from("127.0.0.2", proxy.tcp())) {
            assertThat(second.rest()).isEqualTo(new Client.Rest("", RESET));

            assertThat(first.send("ALPHA").read(6)).isEqualTo("alpha>");
            assertThat(elsewhere.send("ALPHA").read(6)).isEqualTo("alpha>");
            awaitEnds(proxy, Map.of("over-max-per-ip", 1L));
        }
    }

    // A plugin at fault

    @Test
    void protocolThatThrowsCostsItsSessionOnly() throws Exception {
        RefractiumBuilder builder = patient(withFallback(alphaOnly()))
                .protocol(new Throwing())
                .route("throwing", r -> r.to(other.address()));
        try (Proxy proxy = Proxy.of(builder, alpha, other, fallback);
                Client good = proxy.connect()) {
            try (Client bad = proxy.connect()) {
                assertThat(bad.send("!").rest()).isEqualTo(new Client.Rest("", RESET));
            }

            assertThat(good.send("ALPHA").read(6)).isEqualTo("alpha>");
            awaitEnds(proxy, Map.of("plugin-fault", 1L));
            assertThat(other.accepted() + fallback.accepted()).isZero();
        }
    }

    private static final class Throwing implements Protocol {
        @Override
        public String name() {
            return "throwing";
        }

        @Override
        public boolean canStartWith(int firstByte) {
            return firstByte == '!';
        }

        @Override
        public Identification identify(Peek peek) {
            throw new StackOverflowError("as a plugin may");
        }
    }

    private RefractiumBuilder alphaOnly() {
        return Proxy.builder().protocol(ALPHA).route("alpha", r -> r.to(alpha.address()));
    }

    private RefractiumBuilder hosted() {
        return Proxy.builder()
                .protocol(HOSTED)
                .route("hosted", r -> r.match("host", "a.test").to(alpha.address()));
    }

    private RefractiumBuilder withFallback(RefractiumBuilder builder) {
        return builder.fallback(Transport.TCP, fallback.address());
    }

    private RefractiumBuilder serverFirst(RefractiumBuilder builder) {
        return builder.route("greeter", r -> r.serverFirst(true).to(other.address()));
    }

    /** Returns a builder whose silence timeout a busy machine does not reach by accident. */
    private static RefractiumBuilder patient(RefractiumBuilder builder) {
        return builder.peekTimeout(Proxy.NEVER).silenceTimeout(Proxy.NEVER.dividedBy(2));
    }

    private void assertNothingDialled() {
        assertThat(alpha.accepted() + other.accepted() + fallback.accepted()).isZero();
    }

    private static void awaitEnds(Proxy proxy, Map<String, Long> expected) {
        await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(expected));
    }

    private static void trickle(Client client) {
        try {
            client.send("x");
        } catch (IOException e) {
            // Closed: what the test waits for.
        }
    }
}
