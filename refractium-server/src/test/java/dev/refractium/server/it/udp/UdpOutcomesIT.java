package dev.refractium.server.it.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.config.OnFailure;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.io.IOException;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every outcome that a client's first datagram can have. */
class UdpOutcomesIT {
    private static final Protocol ALPHA = PrefixProtocol.of("alpha", "ALPHA");
    private static final Protocol HOSTED = PrefixProtocol.withAttribute("hosted", "HOST:", "host");

    private UdpBackend alpha;
    private UdpBackend fallback;

    @BeforeEach
    void startBackends() throws IOException {
        alpha = UdpBackend.named("alpha");
        fallback = UdpBackend.named("fallback");
    }

    @AfterEach
    void stopBackends() {
        alpha.close();
        fallback.close();
    }

    @Test
    void matchingDatagramGoesToItsRoute() throws Exception {
        try (Proxy proxy = Proxy.of(withFallback(alphaOnly()));
                UdpClient client = UdpClient.to(proxy.udp())) {
            assertThat(client.send("ALPHA").read()).isEqualTo("alpha>ALPHA");

            assertThat(client.send("whatever follows").read()).isEqualTo("alpha>whatever follows");
            assertThat(alpha.peers()).isOne();
            assertThat(fallback.received()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing known", "ALPH", ""})
    void unmatchedDatagramIsDroppedAndItsClientNotRemembered(String unmatched) throws Exception {
        try (Proxy proxy = Proxy.of(alphaOnly());
                UdpClient client = UdpClient.to(proxy.udp())) {
            client.send(unmatched);
            awaitEnds(proxy, Map.of("unmatched", 1L));

            assertThat(client.send("ALPHA").read()).isEqualTo("alpha>ALPHA");
            assertThat(alpha.received()).isOne();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing known", "ALPH", ""})
    void unmatchedDatagramGoesToTheFallback(String unmatched) throws Exception {
        try (Proxy proxy = Proxy.of(withFallback(alphaOnly()));
                UdpClient client = UdpClient.to(proxy.udp())) {
            assertThat(client.send(unmatched).read()).isEqualTo("fallback>" + unmatched);
            assertThat(alpha.received()).isZero();
        }
    }

    @Test
    void attributesThatNoRouteTakesAreDropped() throws Exception {
        try (Proxy proxy = Proxy.of(hosted(OnFailure.CLOSE));
                UdpClient client = UdpClient.to(proxy.udp())) {
            client.send("HOST:b.test\n");
            awaitEnds(proxy, Map.of("no-route", 1L));

            assertThat(client.send("HOST:a.test\n").read()).isEqualTo("alpha>HOST:a.test\n");
            assertThat(alpha.received()).isOne();
        }
    }

    @Test
    void attributesThatNoRouteTakesGoToTheFallback() throws Exception {
        try (Proxy proxy = Proxy.of(withFallback(hosted(OnFailure.CLOSE)));
                UdpClient client = UdpClient.to(proxy.udp())) {
            assertThat(client.send("HOST:b.test\n").read()).isEqualTo("fallback>HOST:b.test\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HOST:a.te", "HOST:!\n", "HOS"})
    void unknownAttributesAreDroppedAndDoNotReachTheFallback(String sent) throws Exception {
        try (Proxy proxy = Proxy.of(withFallback(hosted(OnFailure.CLOSE)));
                UdpClient client = UdpClient.to(proxy.udp())) {
            client.send(sent);
            awaitEnds(proxy, Map.of("incomplete", 1L));

            assertThat(client.send("HOST:a.test\n").read()).isEqualTo("alpha>HOST:a.test\n");
            assertThat(fallback.received()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HOST:a.te", "HOST:!\n", "HOS"})
    void unknownAttributesGoToTheFallbackIfConfigured(String sent) throws Exception {
        try (Proxy proxy = Proxy.of(withFallback(hosted(OnFailure.FALLBACK)));
                UdpClient client = UdpClient.to(proxy.udp())) {
            assertThat(client.send(sent).read()).isEqualTo("fallback>" + sent);
        }
    }

    @Test
    void poolWithoutAddressDropsAndNeverUsesAnother() throws Exception {
        try (Proxy proxy = Proxy.of(withFallback(unreachable(OnFailure.CLOSE)));
                UdpClient client = UdpClient.to(proxy.udp())) {
            client.send("ALPHA");

            awaitEnds(proxy, Map.of("no-backend", 1L));
            assertThat(fallback.received()).isZero();
        }
    }

    @Test
    void poolWithoutAddressFallsBackIfConfigured() throws Exception {
        try (Proxy proxy = Proxy.of(withFallback(unreachable(OnFailure.FALLBACK)));
                UdpClient client = UdpClient.to(proxy.udp())) {
            assertThat(client.send("ALPHA").read()).isEqualTo("fallback>ALPHA");
        }
    }

    @Test
    void sessionThatFallsBackKeepsItsId() throws Exception {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        RefractiumBuilder builder = withFallback(unreachable(OnFailure.FALLBACK))
                .hook("ids", session -> {
                    seen.add(session.id());
                    return null;
                });
        try (Proxy proxy = Proxy.of(builder);
                UdpClient client = UdpClient.to(proxy.udp())) {
            assertThat(client.send("ALPHA").read()).isEqualTo("fallback>ALPHA");

            await().until(() -> seen.size() == 2);
            assertThat(seen).containsOnly(seen.element());
        }
    }

    @Test
    void deadBackendsPoolIsStillTriedAndNoOther() throws Exception {
        int dead = TestBackend.deadPort();
        RefractiumBuilder builder = withFallback(Proxy.builder()
                .protocol(ALPHA)
                .route("alpha", r -> r.transport(Transport.UDP).to("127.0.0.1:" + dead)));
        try (Proxy proxy = Proxy.of(builder);
                UdpClient client = UdpClient.to(proxy.udp())) {
            for (long flow = 1; flow <= 4; flow++) {
                client.send("ALPHA");
                awaitEnds(proxy, Map.of("backend-reset", flow));
            }

            await().untilAsserted(
                            () -> assertThat(proxy.health("127.0.0.1:" + dead)).isEqualTo("down"));
            client.send("ALPHA");
            awaitEnds(proxy, Map.of("backend-reset", 5L));
            await().untilAsserted(() -> assertThat(proxy.live()).isZero());
            assertThat(fallback.received()).isZero();
        }
    }

    @Test
    void flowsAreBalancedRoundRobin() throws Exception {
        try (UdpBackend second = UdpBackend.named("second");
                Proxy proxy = Proxy.of(Proxy.builder()
                        .protocol(ALPHA)
                        .route("alpha", r -> r.transport(Transport.UDP).to(alpha.address(), second.address())))) {
            for (int i = 0; i < 20; i++) {
                try (UdpClient client = UdpClient.to(proxy.udp())) {
                    client.send("ALPHA").read();
                }
            }

            assertThat(alpha.received()).isEqualTo(10);
            assertThat(second.received()).isEqualTo(10);
        }
    }

    private RefractiumBuilder alphaOnly() {
        return Proxy.builder()
                .protocol(ALPHA)
                .route("alpha", r -> r.transport(Transport.UDP).to(alpha.address()));
    }

    private RefractiumBuilder hosted(OnFailure onIncomplete) {
        return Proxy.builder()
                .protocol(HOSTED)
                .route(
                        "hosted",
                        r -> r.transport(Transport.UDP)
                                .match("host", "a.test")
                                .onIncomplete(onIncomplete)
                                .to(alpha.address()));
    }

    /** The proxy has no way to an address of documentation on an interface of loopback. */
    private static RefractiumBuilder unreachable(OnFailure onUnhealthy) {
        return Proxy.builder()
                .protocol(ALPHA)
                .route(
                        "alpha",
                        r -> r.transport(Transport.UDP).onUnhealthy(onUnhealthy).to("255.255.255.255:9"));
    }

    private RefractiumBuilder withFallback(RefractiumBuilder builder) {
        return builder.fallback(Transport.UDP, fallback.address());
    }

    private static void awaitEnds(Proxy proxy, Map<String, Long> expected) {
        await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(expected));
    }
}
