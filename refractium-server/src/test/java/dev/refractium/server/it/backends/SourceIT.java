package dev.refractium.server.it.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UdpClient;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.LinuxSockets;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Key {@code source} on one machine; {@code TransparentIT} has several. */
class SourceIT {
    private static final String SOURCE = "127.0.0.7";

    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void sessionsAndProbesDialFromTheSource(String io) throws Exception {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        try (TestBackend backend = TestBackend.serving(socket -> {
                    seen.add(socket.getInetAddress().getHostAddress());
                    socket.getOutputStream().write('x');
                });
                Proxy proxy = Proxy.unprobed(Proxy.builder()
                        .io(TestedIo.usable(io))
                        .healthInterval(Duration.ofMillis(100))
                        .route(
                                "a",
                                route -> route.pattern(new byte[] {'a'})
                                        .to(backend.address())
                                        .source(SOURCE)));
                Client client = proxy.connect()) {
            client.send("a");

            assertThat(client.read(1)).isEqualTo("x");
            await().until(() -> backend.probes() > 1);
            assertThat(seen).isNotEmpty().containsOnly(SOURCE);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void datagramsComeFromTheSource(String io) throws Exception {
        try (DatagramSocket backend = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                Proxy proxy = Proxy.unprobed(Proxy.builder()
                        .io(TestedIo.usable(io))
                        .route(
                                "a",
                                route -> route.pattern(new byte[] {'a'})
                                        .to("127.0.0.1:" + backend.getLocalPort())
                                        .source(SOURCE)));
                UdpClient client = UdpClient.to(proxy.udp())) {
            client.send("a");
            DatagramPacket datagram = new DatagramPacket(new byte[9], 9);
            backend.receive(datagram);
            backend.send(datagram);

            assertThat(datagram.getAddress().getHostAddress()).isEqualTo(SOURCE);
            assertThat(client.read()).isEqualTo("a");
        }
    }

    @Test
    void loopbackClientIsNotShownToABackend() throws Exception {
        assumeForeignSources();
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy = Proxy.of(toClients(backend), backend);
                Client client = proxy.connect();
                UdpClient sender = UdpClient.to(proxy.udp())) {
            client.send("a");
            sender.send("a");

            assertThat(client.rest().text()).isEmpty();
            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("source-refused", 2L)));
            assertThat(backend.accepted()).isZero();
        }
    }

    @Test
    void clientsAddressIsRefusedOnNio() throws Exception {
        try (TestBackend backend = TestBackend.named("b")) {
            RefractiumBuilder server = toClients(backend).io("nio");

            assertThatThrownBy(server::check)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("source: \"client\" dials from the addresses of clients, which takes epoll")
                    .hasMessageContaining("io = \"auto\"");
            assertThatThrownBy(server::start).isInstanceOf(ConfigException.class);
        }
    }

    @Test
    void anotherMachinesAddressIsRefused() throws Exception {
        try (TestBackend backend = TestBackend.named("b")) {
            RefractiumBuilder server = Proxy.builder()
                    .route(
                            "a",
                            route -> route.pattern(new byte[] {'a'})
                                    .to(backend.address())
                                    .source("192.0.2.1"));

            assertThat(server.check().warnings())
                    .singleElement()
                    .asString()
                    .contains(
                            "cannot be served on this machine: ",
                            "source: \"192.0.2.1\" is no address of this machine");
            assertThatThrownBy(server::start)
                    .isInstanceOfAny(ConfigException.class, StartException.class)
                    .hasMessageContaining("\"192.0.2.1\" is no address of this machine");
        }
    }

    private static RefractiumBuilder toClients(TestBackend backend) {
        return Proxy.builder()
                .route(
                        "a",
                        route -> route.pattern(new byte[] {'a'})
                                .to(backend.address())
                                .source("client"));
    }

    private static void assumeForeignSources() {
        assumeThat(TestedIo.name()).isNotEqualTo("nio");
        assumeThat(IoKind.EPOLL.missing()).isEmpty();
        assumeThat(LinuxSockets.mayBindForeign()).as("CAP_NET_RAW").isTrue();
    }
}
