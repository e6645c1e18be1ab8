package dev.refractium.server.it.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.AskedAddresses;
import dev.refractium.server.it.support.LateAddresses;
import dev.refractium.server.it.support.OwnNetwork;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams are relayed once they have a flow. */
class UdpRelayIT {
    /** Longer than a busy machine keeps a test waiting between two lines. */
    private static final Duration IDLE = Duration.ofSeconds(2);

    private static final List<Integer> SIZES = List.of(
            0, 1, 2, 17, 255, 256, 511, 512, 513, 1023, 1472, 1473, 4096, 8191, 9000, 16384, 32768, 65000, 65506,
            65507);

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void datagramsOfEverySizePassIntactBothWays(String loopback) throws Exception {
        assumeThat(isThere(loopback)).as(loopback + " on this machine").isTrue();
        try (UdpBackend backend = UdpBackend.echoOn(loopback);
                Proxy proxy = Proxy.of(toAll(backend).bind(loopback));
                UdpClient client = UdpClient.to(proxy.udp())) {
            List<Integer> intact = new ArrayList<>();
            for (int size : SIZES) {
                byte[] sent = random(size);
                if (Arrays.equals(client.send(sent).receive(), sent)) {
                    intact.add(size);
                }
            }

            assertThat(intact).isEqualTo(SIZES);
            assertThat(backend.peers()).isOne();
            assertThat(backend.received()).isEqualTo(SIZES.size());
            System.out.printf("datagram sizes: %s intact %d of %d sizes%n", loopback, intact.size(), SIZES.size());
        }
    }

    @Test
    void ipv6DatagramTooLargeForIpv4IsLostWithoutMarkingTheBackend() throws Exception {
        assumeThat(isThere("::1")).as("::1 on this machine").isTrue();
        try (UdpBackend backend = UdpBackend.echoOn("127.0.0.1");
                Proxy proxy = Proxy.of(toAll(backend).bind("::1"));
                UdpClient client = UdpClient.from("::1", proxy.udp())) {
            client.send("a").read();

            client.send(random(65_527)).send(random(65_508));

            assertThat(client.send("b").read()).isEqualTo("b");
            assertThat(backend.peers()).as("flows").isOne();
            assertThat(proxy.failures(backend.address())).isZero();
        }
    }

    @Test
    void orderIsKept() throws Exception {
        try (UdpBackend backend = UdpBackend.echoOn("127.0.0.1");
                Proxy proxy = Proxy.of(toAll(backend));
                UdpClient client = UdpClient.to(proxy.udp())) {
            for (int burst = 0; burst < 20; burst++) {
                List<String> sent = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    sent.add(burst + "." + i);
                    client.send(sent.get(i));
                }

                List<String> received = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    received.add(client.read());
                }

                assertThat(received).isEqualTo(sent);
            }
        }
    }

    @Test
    void deadBackendPortEndsItsOwnFlowOnly() throws Exception {
        int dead = TestBackend.deadPort();
        try (UdpBackend alive = UdpBackend.named("alive");
                Proxy proxy = Proxy.of(Proxy.builder()
                        .route(
                                "dead",
                                r -> r.pattern(new byte[] {'D'})
                                        .transport(Transport.UDP)
                                        .to("127.0.0.1:" + dead))
                        .route(
                                "alive",
                                r -> r.pattern(new byte[] {'A'})
                                        .transport(Transport.UDP)
                                        .to(alive.address())));
                UdpClient other = UdpClient.to(proxy.udp());
                UdpClient client = UdpClient.to(proxy.udp())) {
            assertThat(other.send("A1").read()).isEqualTo("alive>A1");

            for (long flow = 1; flow <= 4; flow++) {
                client.send("D");
                long ended = flow;
                await().until(() -> proxy.ends().getOrDefault("backend-reset", 0L) == ended);
            }

            assertThat(other.send("A2").read()).isEqualTo("alive>A2");
            assertThat(client.send("A").read()).isEqualTo("alive>A");
            assertThat(alive.peers()).isEqualTo(2);
            assertThat(proxy.live()).isEqualTo(2);
            System.out.println("dead UDP backend: server up after 4 datagrams to a dead port");
        }
    }

    @Test
    void idleFlowEnds() throws Exception {
        try (UdpBackend backend = UdpBackend.echoOn("127.0.0.1");
                Proxy proxy = Proxy.of(toAll(backend).udpIdleTimeout(IDLE));
                UdpClient client = UdpClient.to(proxy.udp())) {
            client.send("a").read();
            assertThat(proxy.live()).isOne();

            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("done", 1L)));

            await().untilAsserted(() -> assertThat(proxy.live()).isZero());
            assertThat(client.send("b").read()).isEqualTo("b");
            assertThat(backend.peers()).isEqualTo(2);
        }
    }

    @Test
    void clientsDatagramsAloneKeepAFlowAlive() throws Exception {
        try (UdpBackend backend = UdpBackend.silent();
                Proxy proxy = Proxy.of(toAll(backend).udpIdleTimeout(IDLE));
                UdpClient client = UdpClient.to(proxy.udp())) {
            await().pollInterval(IDLE.dividedBy(20)).until(() -> {
                client.send("on and on");
                return backend.received() >= 40;
            });

            assertThat(backend.peers()).isOne();
            assertThat(proxy.ends()).isEmpty();
        }
    }

    @Test
    void backendsDatagramsAloneKeepAFlowAlive() throws Exception {
        try (UdpBackend backend = UdpBackend.silent();
                Proxy proxy = Proxy.of(toAll(backend).udpIdleTimeout(IDLE));
                UdpClient client = UdpClient.to(proxy.udp())) {
            client.send("subscribe");
            await().until(() -> backend.peers() == 1);
            List<String> received = new ArrayList<>();

            await().pollInterval(IDLE.dividedBy(20)).until(() -> {
                backend.sendToAll("news");
                received.add(client.read());
                return received.size() >= 40;
            });

            assertThat(received).containsOnly("news");
            assertThat(proxy.ends()).isEmpty();
        }
    }

    @Test
    void dualStackListenerServesIpv4() throws Exception {
        assumeThat(isThere("::1")).as("IPv6 on this machine").isTrue();
        try (UdpBackend backend = UdpBackend.echoOn("127.0.0.1");
                Proxy proxy = Proxy.of(toAll(backend).bind("::"))) {
            int port = proxy.udp().getPort();

            for (String address : List.of("127.0.0.1", "::1")) {
                try (UdpClient client = UdpClient.to(new InetSocketAddress(address, port))) {
                    assertThat(client.send(address).read()).isEqualTo(address);
                }
            }
        }
    }

    @Test
    void wildcardListenerAnswersFromTheAddressThatWasAsked(@TempDir Path directory) throws Exception {
        String up = "ip link set lo up && ip addr add 127.0.0.2/8 dev lo && ip addr add 10.1.2.3/32 dev lo";

        List<String> said = new OwnNetwork(directory.resolve("out"), up).run(AskedAddresses.class);

        assertThat(said).contains("answered 10.1.2.3", "answered 127.0.0.1", "answered 127.0.0.2");
        System.out.println("wildcard: it answers from the address asked: 3 of 3");
    }

    @Test
    void wildcardListenerAnswersFromAnAddressAddedLater(@TempDir Path directory) throws Exception {
        String up = "ip link set lo up && ip addr add 10.1.2.4/32 dev lo && ip addr del 10.1.2.4/32 dev lo";

        List<String> said = new OwnNetwork(directory.resolve("out"), up).run(LateAddresses.class);

        assertThat(said).contains("answered from 10.1.2.4", "answered from 10.1.2.5", "answered again from 10.1.2.4");
        said.stream().filter(line -> line.startsWith("late address")).forEach(System.out::println);
    }

    private static RefractiumBuilder toAll(UdpBackend backend) {
        return Proxy.builder().transports(Transport.UDP).fallback(Transport.UDP, backend.address());
    }

    private static boolean isThere(String address) {
        try (DatagramSocket probe = new DatagramSocket(new InetSocketAddress(address, 0))) {
            return probe.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
