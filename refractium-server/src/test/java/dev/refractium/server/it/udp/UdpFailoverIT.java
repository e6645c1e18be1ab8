package dev.refractium.server.it.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** UDP backends that refuse or are silent cost the clients of their pool nothing. */
class UdpFailoverIT {
    private static final Protocol REPEATABLE = PrefixProtocol.repeatable("repeatable", "Q");
    private static final Protocol ONCE = PrefixProtocol.of("once", "Q");

    /** So many questions find a backend down that refuses, in a pool of two. */
    private static final int MARKING = 8;

    private UdpBackend good;
    private int dead;

    @BeforeEach
    void start() throws IOException {
        good = UdpBackend.echoOn("127.0.0.1");
        dead = TestBackend.deadPort();
    }

    @AfterEach
    void stop() {
        good.close();
    }

    @Test
    void noQuestionIsLostWhileOneBackendRefuses() throws Exception {
        try (Proxy proxy = Proxy.of(pool(REPEATABLE, "127.0.0.1:" + dead, good.address()))) {
            int answered = 0;
            for (int i = 0; i < 100; i++) {
                try (UdpClient client = UdpClient.to(proxy.udp())) {
                    answered += client.send("Q" + i).read().equals("Q" + i) ? 1 : 0;
                }
            }

            System.out.printf("a refusing backend of two: answered %d of 100 questions%n", answered);
            assertThat(answered).isEqualTo(100);
            assertThat(good.received()).isEqualTo(100);
            await().untilAsserted(
                            () -> assertThat(proxy.health("127.0.0.1:" + dead)).isEqualTo("down"));
            assertThat(proxy.health(good.address())).isEqualTo("up");
            assertThat(proxy.ends()).isEmpty();
        }
    }

    @Test
    void twoQuestionsOfOneSocketAreBothAnsweredByAnotherBackend() throws Exception {
        try (Proxy proxy = Proxy.of(pool(REPEATABLE, "127.0.0.1:" + dead, good.address()))) {
            for (int i = 0; i < 10; i++) {
                try (UdpClient client = UdpClient.to(proxy.udp())) {
                    client.send("Q-A").send("Q-AAAA");

                    assertThat(List.of(client.read(), client.read())).containsExactlyInAnyOrder("Q-A", "Q-AAAA");
                }
            }
        }
    }

    @Test
    void retryOfARouteCanBeDisabled() throws Exception {
        RefractiumBuilder builder = Proxy.builder()
                .protocol(REPEATABLE)
                .route(
                        "repeatable",
                        r -> r.transport(Transport.UDP).retry(false).to("127.0.0.1:" + dead, good.address()));
        try (Proxy proxy = Proxy.of(builder)) {
            askUntilRefused(proxy);
        }
    }

    @Test
    void protocolThatIsNotRepeatableIsNotRetried() throws Exception {
        try (Proxy proxy = Proxy.of(pool(ONCE, "127.0.0.1:" + dead, good.address()))) {
            askUntilRefused(proxy);
        }
    }

    @Test
    void backendThatKeepsRefusingStaysDownAndLosesNoDatagram() throws Exception {
        try (Proxy proxy = Proxy.of(pool(ONCE, "127.0.0.1:" + dead, good.address()))) {
            markDown(proxy);
            await().until(() -> good.received() + proxy.ends().getOrDefault("backend-reset", 0L) == MARKING);
            int before = good.received();
            // Longer than a target counts as down by one probe.
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(7);

            int[] asked = {0};
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        try (UdpClient client = UdpClient.to(proxy.udp())) {
                            String question = "Q" + asked[0]++;
                            return client.send(question).read().equals(question) && System.nanoTime() >= until;
                        }
                    });

            assertThat(good.received() - before).isEqualTo(asked[0]);
            assertThat(proxy.health("127.0.0.1:" + dead)).isEqualTo("down");
        }
    }

    @Test
    void recoveredBackendIsUsedAgain() throws Exception {
        try (Proxy proxy = Proxy.of(pool(ONCE, "127.0.0.1:" + dead, good.address()))) {
            markDown(proxy);
            try (DatagramSocket back = new DatagramSocket(dead, InetAddress.getLoopbackAddress())) {
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(() ->
                                assertThat(proxy.health("127.0.0.1:" + dead)).isNotEqualTo("down"));

                List<UdpClient> clients = send(2, proxy);
                DatagramPacket question = new DatagramPacket(new byte[9], 9);
                back.setSoTimeout(10_000);
                do {
                    back.receive(question);
                } while (question.getLength() == 0); // that was the probe

                assertThat(question.getData()[0]).isEqualTo((byte) 'Q');
                clients.forEach(UdpClient::close);
            }
        }
    }

    @Test
    void silentBackendIsMarkedIfAnotherAnswers() throws Exception {
        try (UdpBackend silent = UdpBackend.silent();
                Proxy proxy = Proxy.of(pool(ONCE, silent.address(), good.address()))) {
            List<UdpClient> clients = new ArrayList<>();

            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> {
                        clients.addAll(send(2, proxy));
                        return proxy.health(silent.address()).equals("silent");
                    });

            System.out.printf("a silent backend of two: marked after %d flows to it%n", silent.received());
            await().until(() -> silent.received() + good.received() == clients.size());
            int before = silent.received();
            for (int i = 0; i < 20; i++) {
                try (UdpClient client = UdpClient.to(proxy.udp())) {
                    assertThat(client.send("Q" + i).read()).isEqualTo("Q" + i);
                }
            }
            assertThat(silent.received()).isEqualTo(before);
            clients.forEach(UdpClient::close);
        }
    }

    @Test
    void backendsOfAOneWayServiceAreNotMarked() throws Exception {
        try (UdpBackend one = UdpBackend.silent();
                UdpBackend other = UdpBackend.silent();
                Proxy proxy =
                        Proxy.of(pool(ONCE, one.address(), other.address()).udpIdleTimeout(Duration.ofMillis(300)))) {
            List<UdpClient> clients = send(20, proxy);

            await().until(() -> proxy.ends().getOrDefault("done", 0L) == 20);

            assertThat(List.of(proxy.health(one.address()), proxy.health(other.address())))
                    .containsOnly("unknown");
            clients.forEach(UdpClient::close);
        }
    }

    /** Of two questions in turn, one meets the backend that refuses, and gets no answer. */
    private void askUntilRefused(Proxy proxy) throws IOException {
        List<UdpClient> clients = send(2, proxy);
        await().until(() -> proxy.ends().getOrDefault("backend-reset", 0L) == 1);
        await().until(() -> good.received() > 0);
        assertThat(good.received()).isEqualTo(1);
        clients.forEach(UdpClient::close);
    }

    private void markDown(Proxy proxy) throws IOException {
        List<UdpClient> clients = send(MARKING, proxy);
        await().untilAsserted(
                        () -> assertThat(proxy.health("127.0.0.1:" + dead)).isEqualTo("down"));
        clients.forEach(UdpClient::close);
    }

    private static List<UdpClient> send(int questions, Proxy proxy) throws IOException {
        List<UdpClient> clients = new ArrayList<>();
        for (int i = 0; i < questions; i++) {
            clients.add(UdpClient.to(proxy.udp()).send("Q" + i));
        }
        return clients;
    }

    private static RefractiumBuilder pool(Protocol protocol, String... backends) {
        return Proxy.builder()
                .protocol(protocol)
                .route(protocol.name(), r -> r.transport(Transport.UDP).to(backends));
    }
}
