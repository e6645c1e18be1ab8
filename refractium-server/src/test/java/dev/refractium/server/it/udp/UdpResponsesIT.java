package dev.refractium.server.it.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.RouteBuilder;
import dev.refractium.server.it.support.Attempts;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TwoQuestions;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions that end with their answers, by the route's key or by what the protocol says of itself. */
class UdpResponsesIT {
    private static final int TIMES = 1_000;

    private UdpBackend backend;

    @BeforeEach
    void startBackend() throws IOException {
        backend = UdpBackend.echoOn("127.0.0.1");
    }

    @AfterEach
    void stopBackend() {
        backend.close();
    }

    @Test
    void sessionEndsWithTheAnswerAndTheNextQuestionBeginsAnother() throws Exception {
        try (Proxy proxy = Proxy.of(patterns(r -> r.responses(1)));
                UdpClient client = UdpClient.to(proxy.udp())) {
            assertThat(client.send("R1").read()).isEqualTo("R1");
            await().until(() -> proxy.ends().equals(Map.of("done", 1L)));
            assertThat(client.send("R2").read()).isEqualTo("R2");
            await().until(() -> proxy.ends().equals(Map.of("done", 2L)));

            assertThat(proxy.live()).isZero();
            assertThat(backend.peers()).isEqualTo(2);
        }
    }

    @Test
    void clientThatAsksAgainAtOnceKeepsItsSession() throws Exception {
        try (Proxy proxy = Proxy.of(patterns(r -> r.responses(1)))) {
            int sessions = Attempts.untilGood(() -> sessionsOfTenQuestions(proxy), count -> count == 1);

            assertThat(sessions).isOne();
            await().until(() -> proxy.live() == 0);
            assertThat(proxy.ends().keySet()).containsExactly("done");
        }
    }

    private int sessionsOfTenQuestions(Proxy proxy) throws Exception {
        int before = backend.peers();
        try (UdpClient client = UdpClient.to(proxy.udp())) {
            for (int i = 0; i < 10; i++) {
                assertThat(client.send("R" + i).read()).isEqualTo("R" + i);
            }
        }
        return backend.peers() - before;
    }

    @Test
    void sessionLivesUntilEachQuestionHasHadItsAnswers() throws Exception {
        try (Proxy proxy = Proxy.of(patterns(r -> r.responses(2)));
                UdpClient client = UdpClient.to(proxy.udp())) {
            client.send("R1").send("R2");
            assertThat(client.read()).isEqualTo("R1");
            assertThat(client.read()).isEqualTo("R2");
            backend.sendToAll("third");
            assertThat(client.read()).isEqualTo("third");
            assertThat(proxy.live()).isOne();

            backend.sendToAll("fourth");

            assertThat(client.read()).isEqualTo("fourth");
            await().until(() -> proxy.ends().equals(Map.of("done", 1L)));
            assertThat(backend.peers()).isOne();
        }
    }

    @Test
    void sessionGoesOnWhereNothingIsSaid() throws Exception {
        try (Proxy proxy = Proxy.of(patterns(r -> r));
                UdpClient client = UdpClient.to(proxy.udp())) {
            client.send("R1").read();
            client.send("R2").read();

            assertThat(backend.peers()).isOne();
            assertThat(proxy.ends()).isEmpty();
        }
    }

    @Test
    void protocolsOwnNumberHoldsUnlessTheRouteHasOne() throws Exception {
        try (Proxy proxy = Proxy.of(protocol(r -> r));
                UdpClient client = UdpClient.to(proxy.udp())) {
            client.send("R1").read();

            await().until(() -> proxy.ends().equals(Map.of("done", 1L)));
        }
        try (Proxy proxy = Proxy.of(protocol(r -> r.responses(0)));
                UdpClient client = UdpClient.to(proxy.udp())) {
            client.send("R1").read();
            client.send("R2").read();

            assertThat(backend.peers()).isEqualTo(2);
            assertThat(proxy.ends()).isEmpty();
            assertThat(proxy.live()).isOne();
        }
    }

    @Test
    void noAnswerOfTwoQuestionsFromOneSocketIsLost() throws Exception {
        try (UdpBackend slow = UdpBackend.slow(Duration.ofMillis(2));
                Proxy proxy = Proxy.of(patterns(slow, r -> r.responses(1)))) {
            TwoQuestions clients = new TwoQuestions(proxy.udp());

            clients.together(TIMES);
            clients.oneByOne(TIMES, i -> Duration.ofMillis(i % 51));

            await().until(() -> proxy.live() == 0);
            assertThat(proxy.ends().keySet()).containsExactly("done");
            assertThat(slow.received()).isEqualTo(4 * TIMES);
        }
    }

    @Test
    void sessionsThatGoOnAreFoundAmongManyThatEnd() throws Exception {
        List<UdpClient> clients = new ArrayList<>();
        try (UdpBackend once = UdpBackend.echoOn("127.0.0.1");
                Proxy proxy = Proxy.of(patterns(r -> r)
                        .route(
                                "once",
                                r -> r.pattern(new byte[] {'O'})
                                        .responses(1)
                                        .transport(Transport.UDP)
                                        .to(once.address())))) {
            for (int i = 0; i < TIMES; i++) {
                UdpClient client = UdpClient.to(proxy.udp());
                clients.add(client);
                String question = (i % 2 == 0 ? "R" : "O") + i;
                assertThat(client.send(question).read()).isEqualTo(question);
            }
            await().until(() -> proxy.live() == TIMES / 2);

            for (int i = 0; i < TIMES; i++) {
                assertThat(clients.get(i).send("R again").read()).isEqualTo("R again");
            }

            assertThat(backend.peers()).isEqualTo(TIMES);
            assertThat(proxy.live()).isEqualTo(TIMES);
        } finally {
            clients.forEach(UdpClient::close);
        }
    }

    private RefractiumBuilder patterns(UnaryOperator<RouteBuilder> more) {
        return patterns(backend, more);
    }

    private static RefractiumBuilder patterns(UdpBackend backend, UnaryOperator<RouteBuilder> more) {
        return Proxy.builder()
                .transports(Transport.UDP)
                .route(
                        "asked",
                        r -> more.apply(r.pattern(new byte[] {'R'}))
                                .transport(Transport.UDP)
                                .to(backend.address()));
    }

    private RefractiumBuilder protocol(UnaryOperator<RouteBuilder> more) {
        return Proxy.builder()
                .transports(Transport.UDP)
                .protocol(PrefixProtocol.answered("asked", "R", 1))
                .route("asked", r -> more.apply(r).transport(Transport.UDP).to(backend.address()));
    }
}
