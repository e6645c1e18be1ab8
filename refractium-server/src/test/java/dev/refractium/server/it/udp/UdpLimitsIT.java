package dev.refractium.server.it.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.Resolver;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many flows strangers can hold, and which give way. */
class UdpLimitsIT {
    private UdpBackend answering;
    private UdpBackend silent;

    @BeforeEach
    void startBackends() throws IOException {
        answering = UdpBackend.echoOn("127.0.0.1");
        silent = UdpBackend.silent();
    }

    @AfterEach
    void stopBackends() {
        answering.close();
        silent.close();
    }

    @Test
    void unansweredFlowsAreEvictedFirstOnceTheyAreOld() throws Exception {
        try (Proxy proxy = Proxy.of(both().udpMaxSessions(10))) {
            List<UdpClient> answered = ask(5, "127.0.0.1", proxy);
            List<UdpClient> strangers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                strangers.add(UdpClient.to(proxy.udp()).send("S"));
            }
            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("over-udp-sessions", 95L)));
            await().until(() -> silent.received() >= 5);
            assertThat(silent.received()).isEqualTo(5);

            await().pollInterval(Duration.ofMillis(100)).until(() -> {
                strangers.get(99).send("S");
                for (UdpClient client : answered) {
                    client.send("again").read();
                }
                return silent.peers() == 6;
            });

            assertThat(answering.peers()).as("answered flows that lived").isEqualTo(5);
            assertThat(proxy.live()).isEqualTo(10);
            closeAll(answered);
            closeAll(strangers);
            System.out.println("UDP limit: 100 strangers on 10 places, live sessions lost 0 of 5");
        }
    }

    @Test
    void newFlowIsDroppedWhileAllAreBusyAndServedOnceOneIsQuiet() throws Exception {
        try (Proxy proxy = Proxy.of(both().udpMaxSessions(3))) {
            List<UdpClient> answered = ask(3, "127.0.0.1", proxy);
            UdpClient late = UdpClient.to(proxy.udp()).send("R too soon");

            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("over-udp-sessions", 1L)));
            assertThat(answering.peers()).isEqualTo(3);

            await().pollInterval(Duration.ofMillis(100)).until(() -> {
                late.send("R");
                for (UdpClient used : answered.subList(1, 3)) {
                    used.send("R").read();
                }
                return answering.peers() == 4;
            });

            assertThat(late.read()).isEqualTo("R");
            for (UdpClient used : answered.subList(1, 3)) {
                assertThat(used.send("mine").read()).isEqualTo("mine");
            }
            assertThat(answering.peers()).isEqualTo(4);
            closeAll(answered);
            late.close();
        }
    }

    @Test
    void clientWithoutRoomIsNotCountedAsAFallback() throws Exception {
        try (Proxy proxy = Proxy.of(both().udpMaxSessions(1).fallback(Transport.UDP, silent.address()))) {
            List<UdpClient> answered = ask(1, "127.0.0.1", proxy);
            UdpClient late = UdpClient.to(proxy.udp()).send("no route takes this");

            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("over-udp-sessions", 1L)));

            assertThat(proxy.fallbacks()).isEmpty();
            closeAll(answered);
            late.close();
        }
    }

    @Test
    void clientOverItsLimitEvictsItsOwnFlowsOnly() throws Exception {
        try (Proxy proxy = Proxy.of(both().udpMaxSessionsPerIp(3))) {
            List<UdpClient> others = ask(3, "127.0.0.3", proxy);
            List<UdpClient> own = ask(1, "127.0.0.2", proxy);
            own.get(0).send("goes").read();
            own.get(0).send("on").read();
            List<UdpClient> greedy = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                greedy.add(UdpClient.from("127.0.0.2", proxy.udp()).send("S"));
            }

            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("over-udp-sessions-per-ip", 18L)));
            await().until(() -> silent.received() >= 2);
            assertThat(silent.received()).isEqualTo(2);
            assertThat(proxy.live()).isEqualTo(6);
            for (UdpClient client : others) {
                assertThat(client.send("others").read()).isEqualTo("others");
            }
            assertThat(own.get(0).send("own").read()).isEqualTo("own");
            assertThat(answering.peers()).isEqualTo(4);
            closeAll(others);
            closeAll(own);
            closeAll(greedy);
        }
    }

    @Test
    void answeredQuestionIsEvictedAtOnceAndCountsAsServed() throws Exception {
        try (Proxy proxy = Proxy.of(both().udpMaxSessionsPerIp(5))) {
            List<UdpClient> clients = ask(40, "127.0.0.1", proxy);

            assertThat(proxy.ends()).isEqualTo(Map.of("gave-way", 35L));
            assertThat(proxy.live()).isEqualTo(5);
            closeAll(clients);
        }
    }

    @Test
    void pendingQuestionsAreNotEvictedForNewOnes() throws Exception {
        try (UdpBackend slow = UdpBackend.slow(Duration.ofMillis(500));
                Proxy proxy = Proxy.of(to(slow, Proxy.builder()).udpMaxSessionsPerIp(10))) {
            List<UdpClient> clients = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                clients.add(UdpClient.to(proxy.udp()).send("R" + i));
            }

            for (int i = 0; i < 10; i++) {
                assertThat(clients.get(i).read()).isEqualTo("R" + i);
            }

            assertThat(slow.received()).isEqualTo(10);
            assertThat(proxy.ends()).isEqualTo(Map.of("over-udp-sessions-per-ip", 20L));
            closeAll(clients);
        }
    }

    @Test
    void everyQuestionOfAResolverBehindOneAddressIsAnswered() throws Exception {
        int questions = 1_000;
        try (UdpBackend slow = UdpBackend.slow(Duration.ofMillis(100));
                Proxy proxy = Proxy.of(
                        to(slow, TestedIo.server().listen("127.0.0.1", 0).transports(Transport.UDP)))) {
            Resolver resolver = new Resolver(proxy.udp(), Duration.ofMillis(5));

            int answered = resolver.ask(questions);

            System.out.printf("200 questions a second from new ports: answered %d of %d%n", answered, questions);
            assertThat(answered).isEqualTo(questions);
            assertThat(proxy.ends().keySet()).isSubsetOf("done", "gave-way");
        }
    }

    private RefractiumBuilder both() {
        return Proxy.builder()
                .transports(Transport.UDP)
                .route(
                        "answered",
                        r -> r.pattern(new byte[] {'R'})
                                .transport(Transport.UDP)
                                .to(answering.address()))
                .route(
                        "unanswered",
                        r -> r.pattern(new byte[] {'S'})
                                .transport(Transport.UDP)
                                .to(silent.address()));
    }

    private static RefractiumBuilder to(UdpBackend backend, RefractiumBuilder builder) {
        return builder.route(
                "all", r -> r.pattern(new byte[] {'R'}).transport(Transport.UDP).to(backend.address()));
    }

    private static List<UdpClient> ask(int count, String from, Proxy proxy) throws IOException {
        List<UdpClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            UdpClient client = UdpClient.from(from, proxy.udp());
            assertThat(client.send("R").read()).isEqualTo("R");
            clients.add(client);
        }
        return clients;
    }

    private static void closeAll(List<UdpClient> clients) {
        clients.forEach(UdpClient::close);
    }
}
