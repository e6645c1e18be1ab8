package dev.refractium.server.it.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.LettersProtocol;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A protocol that needs to see three datagrams, in front of one that decides by the first. */
class UdpDatagramsIT {
    private UdpBackend letters;
    private UdpBackend alpha;
    private UdpBackend fallback;

    @BeforeEach
    void startBackends() throws IOException {
        letters = UdpBackend.named("letters");
        alpha = UdpBackend.named("alpha");
        fallback = UdpBackend.named("fallback");
    }

    @AfterEach
    void stopBackends() {
        letters.close();
        alpha.close();
        fallback.close();
    }

    @Test
    void heldDatagramsGoToTheBackendInOrderAndApart() throws Exception {
        try (Proxy proxy = Proxy.of(both());
                UdpClient client = UdpClient.to(proxy.udp())) {
            client.send("A1").send("B2").send("C3");

            assertThat(client.read()).isEqualTo("letters>A1");
            assertThat(client.read()).isEqualTo("letters>B2");
            assertThat(client.read()).isEqualTo("letters>C3");
            assertThat(client.send("and more").read()).isEqualTo("letters>and more");
            assertThat(letters.peers()).isOne();
            assertThat(proxy.live()).isOne();
        }
    }

    @Test
    void aLaterProtocolSeesTheFirstDatagramOnly() throws Exception {
        try (Proxy proxy = Proxy.of(both());
                UdpClient client = UdpClient.to(proxy.udp())) {
            client.send("ALPHA").send("");

            assertThat(client.read()).isEqualTo("alpha>ALPHA");
            assertThat(client.read()).isEqualTo("alpha>");
            assertThat(letters.received()).isZero();
        }
    }

    @Test
    void aDatagramThatDecidesAtOnceWaitsForNoOther() throws Exception {
        try (Proxy proxy = Proxy.of(both().fallback(Transport.UDP, fallback.address()));
                UdpClient client = UdpClient.to(proxy.udp())) {
            assertThat(client.send("nothing known").read()).isEqualTo("fallback>nothing known");
        }
    }

    @Test
    void theTimeOutDecidesByTheDatagramsThatAreThere() throws Exception {
        RefractiumBuilder quick = both().silenceTimeout(Duration.ofMillis(100))
                .peekTimeout(Duration.ofMillis(300))
                .fallback(Transport.UDP, fallback.address());
        try (Proxy proxy = Proxy.of(quick);
                UdpClient client = UdpClient.to(proxy.udp());
                UdpClient first = UdpClient.to(proxy.udp())) {
            client.send("A1").send("B2");
            assertThat(client.read()).isEqualTo("fallback>A1");
            assertThat(client.read()).isEqualTo("fallback>B2");

            assertThat(first.send("ALPHA").read()).isEqualTo("alpha>ALPHA");
        }
    }

    @Test
    void aClientWithoutRouteIsCountedOnceHoweverManyDatagramsItSent() throws Exception {
        try (Proxy proxy =
                        Proxy.of(both().silenceTimeout(Duration.ofMillis(100)).peekTimeout(Duration.ofMillis(300)));
                UdpClient client = UdpClient.to(proxy.udp())) {
            client.send("A1").send("B2");

            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("unmatched", 1L)));
            assertThat(client.send("ALPHA").send("x").read()).isEqualTo("alpha>ALPHA");
        }
    }

    /** An eighth of the memory is for datagrams: no room for twenty of a thousand bytes. */
    @Test
    void theOldestGiveWayWhereAllHoldTooMuch() throws Exception {
        try (Proxy proxy = Proxy.of(both().peekMemory(64 << 10));
                UdpClient client = UdpClient.to(proxy.udp())) {
            for (int i = 0; i < 20; i++) {
                try (UdpClient other = UdpClient.to(proxy.udp())) {
                    other.send("A" + "x".repeat(999));
                }
            }
            await().untilAsserted(() -> assertThat(proxy.ends()).containsKey("over-peek-memory"));

            client.send("A1").send("B2").send("C3");

            assertThat(client.read()).isEqualTo("letters>A1");
        }
    }

    private RefractiumBuilder both() {
        return Proxy.builder()
                .protocol(new LettersProtocol())
                .protocol(PrefixProtocol.of("alpha", "ALPHA"))
                .route("letters", route -> route.transport(Transport.UDP).to(letters.address()))
                .route("alpha", route -> route.transport(Transport.UDP).to(alpha.address()));
    }
}
