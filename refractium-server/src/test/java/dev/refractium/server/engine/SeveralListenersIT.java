package dev.refractium.server.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refractium.api.Transport;
import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.GenerationBuilder;
import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.generation.Protocols;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import dev.refractium.server.net.Binding;
import dev.refractium.server.net.Loops;
import dev.refractium.server.net.NameResolver;
import dev.refractium.server.session.Listener;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several listeners of each transport, which no configuration can name yet. */
class SeveralListenersIT {
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final ServerResources resources = new ServerResources(NameResolver.SYSTEM);
    private TestBackend left;
    private TestBackend right;
    private UdpBackend leftUdp;
    private UdpBackend rightUdp;
    private Engine engine;

    @BeforeEach
    void start() throws Exception {
        left = TestBackend.named("left");
        right = TestBackend.named("right");
        leftUdp = UdpBackend.named("left");
        rightUdp = UdpBackend.named("right");
        Generation first = generation(
                Optional.empty(),
                List.of(
                        listener("default", Transport.TCP, "left"),
                        listener("other", Transport.TCP, "right"),
                        listener("default", Transport.UDP, "near"),
                        listener("other", Transport.UDP, "far")));
        Loops loops = new Loops(LoopKeys.io(first.config().server()), 1);
        engine = new Engine(resources, loops, first, new ReloadThread(thread));
        engine.start();
    }

    @AfterEach
    void close() throws IOException {
        engine.abandon();
        resources.close();
        thread.shutdownNow();
        left.close();
        right.close();
        leftUdp.close();
        rightUdp.close();
    }

    @Test
    void eachListenerHasRoutesOfItsOwn() throws Exception {
        assertThat(engine.listeners().bindings()).hasSize(4);
        assertThat(tcp("default")).isEqualTo("left>X");
        assertThat(tcp("other")).isEqualTo("right>X");
        assertThat(udp("default")).isEqualTo("left>X");
        assertThat(udp("other")).isEqualTo("right>X");
    }

    @Test
    void listenersOfOneNameShareThePortWhereAnyWouldDo() {
        for (String name : List.of("default", "other")) {
            assertThat(address(name, Transport.TCP).getPort())
                    .isEqualTo(address(name, Transport.UDP).getPort());
        }
    }

    @Test
    void listenersThatStayAreNotBoundAgainNewOnesOpenAndOthersRetire() throws Exception {
        InetSocketAddress gone = address("default", Transport.TCP);
        ListenerSpec stays = bound("other", Transport.TCP, "left");
        ListenerSpec staysUdp = bound("other", Transport.UDP, "near");
        Listener kept = engine.listeners().named("other", Transport.TCP).orElseThrow();

        try (Client live = Client.to(gone).send("X");
                UdpClient flow = UdpClient.to(address("default", Transport.UDP))) {
            assertThat(live.read(6)).isEqualTo("left>X");
            assertThat(flow.send("X").read()).isEqualTo("left>X");

            serve(List.of(stays, staysUdp, listener("third", Transport.TCP, "right")));

            assertThat(engine.listeners().named("other", Transport.TCP)).containsSame(kept);
            assertThat(tcp("other")).as("the route of the next generation").isEqualTo("left>X");
            assertThat(udp("other")).isEqualTo("left>X");
            assertThat(tcp("third")).isEqualTo("right>X");
            assertThat(engine.listeners().address())
                    .as("there is no default one")
                    .isEmpty();
            assertThatThrownBy(() -> Client.to(gone)).isInstanceOf(ConnectException.class);
            assertThat(live.send("more").read(4)).isEqualTo("more");
            assertThat(flow.send("more").read()).isEqualTo("left>more");
        }
    }

    @Test
    void anAddressThatIsTakenLeavesAllListenersAsTheyAre() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ListenerSpec cannot = spec("third", Transport.TCP, taken.getLocalPort(), "right");
            List<Binding> before = engine.listeners().bindings();

            assertThatThrownBy(() -> serve(List.of(listener("fourth", Transport.TCP, "right"), cannot)))
                    .isInstanceOf(EnvironmentException.class)
                    .hasMessageContaining("port " + taken.getLocalPort());

            assertThat(engine.listeners().bindings()).isEqualTo(before);
            assertThat(tcp("default")).isEqualTo("left>X");
        }
    }

    private void serve(List<ListenerSpec> listeners) throws Exception {
        Generation next = generation(Optional.of(engine.current()), listeners);
        engine.serve(next, engine.bind(next));
    }

    private Generation generation(Optional<Generation> before, List<ListenerSpec> listeners)
            throws InterruptedException {
        ConfigReader.Parsed parsed = ConfigReader.parse(
                """
                [server]
                io = "%s"
                drain_timeout_ms = 0

                [[protocols]]
                name = "left"
                forward_to = "%s"
                transport = "tcp"

                [[protocols]]
                name = "near"
                forward_to = "%s"
                transport = "udp"

                [[protocols]]
                name = "right"
                forward_to = "%s"
                transport = "tcp"

                [[protocols]]
                name = "far"
                forward_to = "%s"
                transport = "udp"
                """.formatted(TestedIo.name(), left.address(), leftUdp.address(), right.address(), rightUdp.address()),
                "test.toml",
                Path.of("/"));
        assertThat(parsed.problems()).isEmpty();
        Protocols protocols = new Protocols(
                List.of(
                        PrefixProtocol.of("left", "X"),
                        PrefixProtocol.of("near", "X"),
                        PrefixProtocol.of("right", "X"),
                        PrefixProtocol.of("far", "X")),
                List.of());
        GenerationBuilder builder = new GenerationBuilder(parsed.config(), protocols, resources.backends())
                .listeners(listeners)
                .calls(resources.calls());
        before.ifPresent(builder::after);
        GenerationBuilder.Built built = builder.build();
        assertThat(built.problems()).isEmpty();
        return built.generation();
    }

    private static ListenerSpec listener(String name, Transport transport, String route) {
        return spec(name, transport, 0, route);
    }

    /** The listener that is open, with another route. */
    private ListenerSpec bound(String name, Transport transport, String route) {
        return spec(name, transport, address(name, transport).getPort(), route);
    }

    private static ListenerSpec spec(String name, Transport transport, int port, String route) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return new ListenerSpec(name, new Binding(transport, address), Optional.of(Set.of(route)));
    }

    private InetSocketAddress address(String name, Transport transport) {
        return engine.listeners().named(name, transport).orElseThrow().binding().address();
    }

    private String tcp(String listener) throws IOException {
        try (Client client =
                Client.to(address(listener, Transport.TCP)).send("X").finish()) {
            return client.rest().text();
        }
    }

    private String udp(String listener) throws IOException {
        try (UdpClient client = UdpClient.to(address(listener, Transport.UDP))) {
            return client.send("X").read();
        }
    }
}
