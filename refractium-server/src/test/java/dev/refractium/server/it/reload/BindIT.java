package dev.refractium.server.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.config.OnBindFailure;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.LateListener;
import dev.refractium.server.it.support.OwnNetwork;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.report.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What listeners are bound with, and what happens if they cannot be bound. */
class BindIT {
    /** An address for documentation (RFC 5737), which no machine has. */
    private static final String NOT_HERE = "192.0.2.77";

    private TestBackend backend;

    @BeforeEach
    void start() throws IOException {
        backend = TestBackend.named("b");
    }

    @AfterEach
    void stop() throws IOException {
        backend.close();
    }

    @Test
    void listenerThatWaitsIsServedOnceItsPortIsFree() throws Exception {
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        try (Refractium server = server("127.0.0.1", taken.getLocalPort(), "wait")
                .listener("other", l -> l.bind("127.0.0.1").port(0))
                .start()) {
            assertThat(server.status().state()).isEqualTo(Status.State.DEGRADED);
            assertThat(server.status().reasons())
                    .singleElement()
                    .asString()
                    .contains(String.valueOf(taken.getLocalPort()))
                    .contains("waits to be bound")
                    .contains("the port is taken");

            taken.close();

            await().until(() -> server.status().state() == Status.State.READY);
            assertThat(greeting(taken.getLocalPort())).isEqualTo("b>");
            assertThat(server.reload()).isEqualTo(2);
            assertThat(greeting(taken.getLocalPort())).isEqualTo("b>");
        } finally {
            taken.close();
        }
    }

    @Test
    void withoutTheKeyTheStartIsRefused() {
        assertThatThrownBy(() -> server(NOT_HERE, 0, "refuse").start())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("no interface of this machine has this address");
    }

    @Test
    void addressThatComesAndGoesIsServedWhileItIsHere(@TempDir Path directory) throws Exception {
        String up = "ip link set lo up && ip addr add 10.1.2.6/32 dev lo && ip addr del 10.1.2.6/32 dev lo";

        List<String> said = new OwnNetwork(directory.resolve("out"), up).run(LateListener.class);

        assertThat(said).contains("served", "served again", "served over UDP");
    }

    @Test
    void freebindListensOnAnAddressThatIsNotHere() throws Exception {
        assumeEpoll();
        try (Refractium server = builder()
                .listener("late", l -> l.bind(NOT_HERE).port(0).freebind(true))
                .start()) {
            await().until(() -> server.status().isReady());
            assertThat(server.tcp().orElseThrow().getAddress().getHostAddress()).isEqualTo(NOT_HERE);
        }
    }

    @Test
    void v6OnlyLeavesTheOtherFamilyToOthers() throws Exception {
        assumeEpoll();
        try (Refractium server = builder()
                .listener("six", l -> l.bind("::").port(0).v6only(true))
                .start()) {
            int port = server.tcp().orElseThrow().getPort();
            try (ServerSocketChannel four = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
                four.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[4]), port));

                assertThat(four.getLocalAddress()).isNotNull();
            }
        }
    }

    @Test
    void onlyClientsOfTheInterfaceAreServed() throws Exception {
        assumeEpoll();
        try (Refractium server = builder()
                .listener("lo", l -> l.bind("127.0.0.1").port(0).networkInterface("lo"))
                .start()) {
            assertThat(greeting(server.tcp().orElseThrow().getPort())).isEqualTo("b>");
        }
        assertThatThrownBy(() -> builder()
                        .listener("no", l -> l.bind("127.0.0.1").port(0).networkInterface("nosuch0"))
                        .start())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("there is no interface of this name");
    }

    @Test
    void javasSocketsRefuseWhatTheyHaveNoCallFor() {
        assertThatThrownBy(() -> builder()
                        .io("nio")
                        .listener("late", l -> l.bind(NOT_HERE).port(0).freebind(true))
                        .start())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("need io = \"epoll\"");
    }

    @Test
    void changedOptionTakesEffectAtAReload(@TempDir Path directory) throws Exception {
        assumeThat(Files.isReadable(Path.of("/proc/net/tcp"))).isTrue();
        Path file = directory.resolve("refractium.toml");
        int port = TestBackend.deadPort();
        String listener = "[[listeners]]\nname = \"a\"\nbind = \"127.0.0.1\"\nport = " + port + "\nbacklog = ";
        Files.writeString(file, listener + "7\n");
        try (Refractium server = builder().config(file).start();
                Client live = Client.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            live.send("x");
            assertThat(live.read(3)).isEqualTo("b>x");
            Files.writeString(file, listener + "9\n");

            server.reload();

            assertThat(live.send("more").read(4)).isEqualTo("more");
            assertThat(greeting(port)).isEqualTo("b>");
            Files.writeString(file, listener + "9\ninterface = \"nosuch0\"\n");
            assertThatThrownBy(server::reload).isInstanceOfAny(StartException.class, ConfigException.class);
            assertThat(greeting(port)).isEqualTo("b>");
        }
    }

    /** They would share the port, and the system would divide the clients among them. */
    @ParameterizedTest
    @CsvSource({"127.0.0.1, localhost", "127.0.0.1, ::ffff:127.0.0.1", "::1, 0:0:0:0:0:0:0:1"})
    void addressInOtherWordsIsNoOther(String first, String second) throws Exception {
        int port = TestBackend.deadPort();
        RefractiumBuilder two = builder()
                .listener("first", l -> l.bind(first).port(port))
                .listener("second", l -> l.bind(second).port(port));
        RefractiumBuilder one =
                builder().listener("both", l -> l.bind(first, second).port(0));

        assertThatThrownBy(() -> two.start().close())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("listeners.second.bind: ")
                .hasMessageContaining(port + " is also listened on by listener \"first\", in other words");
        assertThatThrownBy(() -> one.start().close())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("is also listened on by this listener itself");
    }

    @Test
    void backendKeepsThePortThatTheClientCameTo() throws Exception {
        try (TestBackend at = TestBackend.namedAt(TestBackend.deadPort(), "kept");
                Refractium server = Refractium.builder()
                        .io(TestedIo.name())
                        .drainTimeout(Duration.ZERO)
                        .listener("same", l -> l.bind("127.0.0.3").port(at.port()))
                        .fallback(Transport.TCP, "127.0.0.1:+0")
                        .start();
                Client client = Client.to(server.tcp().orElseThrow())) {
            assertThat(client.send("x").read(6)).isEqualTo("kept>x");
            assertThat(server.status().routes())
                    .extracting(Status.Route::name)
                    .containsExactly("fallback:" + at.port());
        }
    }

    private RefractiumBuilder builder() {
        return Refractium.builder()
                .io(TestedIo.name())
                .drainTimeout(Duration.ZERO)
                .hotReload(false)
                .peekTimeout(Duration.ofMillis(50))
                .fallback(Transport.TCP, backend.address());
    }

    private RefractiumBuilder server(String bind, int port, String onFailure) {
        return builder()
                .listener(
                        "late",
                        l -> l.bind(bind)
                                .port(port)
                                .onBindFailure(onFailure.equals("wait") ? OnBindFailure.WAIT : OnBindFailure.REFUSE));
    }

    private static String greeting(int port) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (Client client = Client.to(address)) {
            return client.send("x").read(2);
        }
    }

    private static void assumeEpoll() {
        assumeThat(
                        TestedIo.name().equals("nio")
                                ? "nio"
                                : IoKind.EPOLL.missing().orElse("epoll"))
                .as("sockets of Linux's own")
                .isEqualTo("epoll");
    }
}
