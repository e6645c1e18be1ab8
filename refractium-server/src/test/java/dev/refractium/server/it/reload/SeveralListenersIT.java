package dev.refractium.server.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.StartException;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import dev.refractium.server.report.Status;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code [[listeners]]}, each with its routes, over a start and over reloads. */
class SeveralListenersIT {
    private static final String ROUTES = """
            [[protocols]]
            id = "to-left"
            name = "x"
            transport = "tcp"
            listeners = "near"
            forward_to = "pool:left"

            [[protocols]]
            name = "x"
            transport = "tcp"
            listeners = ["far"]
            forward_to = "pool:right"

            [[protocols]]
            id = "udp-to-left"
            name = "x"
            transport = "udp"
            listeners = "near"
            forward_to = "%s"

            [[protocols]]
            name = "x"
            transport = "udp"
            listeners = "far"
            forward_to = "%s"

            [pools.left]
            servers = "%s"

            [pools.right]
            servers = ["%s"]

            """;
    private static final String NEAR_AND_FAR = """
            [[listeners]]
            name = "near"
            bind = "127.0.0.1"
            port = 0
            transport = "both"

            [[listeners]]
            name = "far"
            bind = ["127.0.0.2", "127.0.0.3"]
            port = 0
            transport = "both"

            """;

    @TempDir
    Path directory;

    private TestBackend left;
    private TestBackend right;
    private UdpBackend leftUdp;
    private UdpBackend rightUdp;
    private Refractium server;

    @BeforeEach
    void start() throws Exception {
        left = TestBackend.named("left");
        right = TestBackend.named("right");
        leftUdp = UdpBackend.named("left");
        rightUdp = UdpBackend.named("right");
        write(NEAR_AND_FAR);
        server = Refractium.builder()
                .io(TestedIo.name())
                .config(file())
                .hotReload(false)
                .drainTimeout(Duration.ZERO)
                .protocol(PrefixProtocol.of("x", "X"))
                .start();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        left.close();
        right.close();
        leftUdp.close();
        rightUdp.close();
    }

    @Test
    void eachListenerHasRoutesOfItsOwn() throws Exception {
        assertThat(server.status().listeners()).hasSize(6);
        assertThat(tcp("near")).isEqualTo("left>X");
        assertThat(tcp("far")).isEqualTo("right>X");
        assertThat(udp("near")).isEqualTo("left>X");
        assertThat(udp("far")).isEqualTo("right>X");
        assertThat(server.status().routes())
                .extracting(Status.Route::name)
                .containsExactlyInAnyOrder("to-left", "udp-to-left", "x@far", "x@far");
        assertThat(server.status().routes())
                .extracting(route -> route.pool().orElse("-"))
                .containsExactlyInAnyOrder("pool:left", "pool:right", "-", "-");
    }

    @Test
    void addressesOfOneListenerShareThePortWhereAnyWouldDo() {
        assertThat(server.status().listeners().stream()
                        .filter(listener -> listener.name().equals("far"))
                        .map(listener -> listener.address().replaceFirst(".*:", ""))
                        .distinct())
                .hasSize(1);
    }

    @Test
    void listenersThatStayKeepTheirSessionsNewOnesOpenAndOthersClose() throws Exception {
        InetSocketAddress gone = address("near", Transport.TCP);
        InetSocketAddress stays = address("far", Transport.TCP);
        try (Client live = Client.to(gone).send("X");
                Client staying = Client.to(stays).send("X");
                UdpClient flow = UdpClient.to(address("near", Transport.UDP))) {
            assertThat(live.read(6)).isEqualTo("left>X");
            assertThat(staying.read(7)).isEqualTo("right>X");
            assertThat(flow.send("X").read()).isEqualTo("left>X");
            write(NEAR_AND_FAR.replace("name = \"near\"", "name = \"third\""));
            Files.writeString(
                    file(), Files.readString(file()).replace("listeners = \"near\"", "listeners = \"third\""));

            server.reload();

            assertThat(address("far", Transport.TCP)).isEqualTo(stays);
            assertThat(tcp("far")).isEqualTo("right>X");
            assertThat(tcp("third")).isEqualTo("left>X");
            assertThatThrownBy(() -> Client.to(gone)).isInstanceOf(ConnectException.class);
            assertThat(live.send("more").read(4)).isEqualTo("more");
            assertThat(staying.send("more").read(4)).isEqualTo("more");
            assertThat(flow.send("more").read()).isEqualTo("left>more");
            assertThat(udp("third")).isEqualTo("left>X");
            assertThat(server.status().listeners()).hasSize(6);
        }
    }

    @Test
    void takenAddressLeavesAllListenersAsTheyAre() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Status.Listener> before = server.status().listeners();
            write(NEAR_AND_FAR + "[[listeners]]\nname = \"third\"\nbind = \"127.0.0.1\"\nport = " + taken.getLocalPort()
                    + "\n");
            Files.writeString(file(), Files.readString(file()).replace("[\"far\"]", "[\"far\", \"third\"]"));

            assertThatThrownBy(() -> server.reload())
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("port " + taken.getLocalPort());

            assertThat(server.status().listeners()).isEqualTo(before);
            assertThat(tcp("near")).isEqualTo("left>X");
        }
    }

    /** A range that grows by a port keeps the sockets that it has. */
    @Test
    void everyPortOfARangeIsServed() throws Exception {
        int first = freeRange();
        write(NEAR_AND_FAR.replaceFirst("port = 0", "port = \"" + first + "-" + (first + 2) + "\""));

        server.reload();

        for (int port = first; port < first + 3; port++) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            try (Client client = Client.to(address).send("X")) {
                assertThat(client.read(6)).isEqualTo("left>X");
            }
        }
        await().until(() -> server.status().sessions() == 0);
    }

    /** Returns the first of three ports that are free. */
    private static int freeRange() throws IOException {
        for (int first = 20_000; first < 32_000; first += 3) {
            if (isFree(first) && isFree(first + 1) && isFree(first + 2)) {
                return first;
            }
        }
        throw new IOException("no three free ports");
    }

    private static boolean isFree(int port) {
        try {
            new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private Path file() {
        return directory.resolve("refractium.toml");
    }

    private void write(String listeners) throws IOException {
        Files.writeString(
                file(),
                ROUTES.formatted(leftUdp.address(), rightUdp.address(), left.address(), right.address()) + listeners);
    }

    private InetSocketAddress address(String name, Transport transport) {
        String address = server.status().listeners().stream()
                .filter(listener ->
                        listener.name().equals(name) && listener.transport().equalsIgnoreCase(transport.name()))
                .map(Status.Listener::address)
                .findFirst()
                .orElseThrow();
        int colon = address.lastIndexOf(':');
        return new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
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
