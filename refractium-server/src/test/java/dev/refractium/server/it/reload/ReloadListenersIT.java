package dev.refractium.server.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import dev.refractium.server.StartException;
import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.KeptLoop;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UdpClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Listeners over a reload: those that stay, those that move, and those that cannot be bound. */
@Alone
class ReloadListenersIT extends ReloadTesting {
    @Test
    void portZeroKeepsTheCurrentPort() throws Exception {
        InetSocketAddress before = site.server().tcp().orElseThrow();

        site.server().reload();

        assertThat(site.server().tcp()).contains(before);
    }

    @Test
    void newPortIsServedAndSessionsOfTheOldOneGoOn() throws Exception {
        InetSocketAddress before = site.server().tcp().orElseThrow();
        try (Client tcp = site.connect();
                UdpClient udp = UdpClient.from("127.0.0.1", site.server().udp().orElseThrow())) {
            tcp.read(7);
            assertThat(udp.send("THIRD").read()).isEqualTo("1>THIRD");
            int port = TestBackend.deadPort();
            Files.writeString(site.config(), site.text("port = " + port));

            site.server().reload();

            assertThat(site.server().tcp().orElseThrow().getPort()).isEqualTo(port);
            assertThat(site.greeting()).isEqualTo("1");
            assertThatThrownBy(() -> Client.to(before)).isInstanceOf(ConnectException.class);
            assertThat(tcp.send("more").read(4)).isEqualTo("more");
            assertThat(udp.send("more").read()).isEqualTo("1>more");
        }
    }

    @Test
    void takenPortLeavesTheOldOneServed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(site.config(), site.text("port = " + taken.getLocalPort()));

            assertThatThrownBy(() -> site.server().reload())
                    .isInstanceOf(StartException.class)
                    .hasMessageStartingWith(
                            "cannot listen on 127.0.0.1 port " + taken.getLocalPort() + ", TCP: the port is taken")
                    .hasMessageEndingWith(", or name another port");

            assertThat(site.greeting()).isEqualTo("1");
        }
    }

    /** Both are bound before one is closed, so that whatever keeps the loop, one of them listens. */
    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void wildcardReplacesAnAddressWhileAPluginBlocksTheOnlyLoop(String io) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Path file = directory.resolve("kept.toml");
        Files.writeString(file, "[server]\nbind = \"127.0.0.1\"\n");
        try (TestBackend backend = TestBackend.named("b");
                Refractium server = Refractium.builder()
                        .io(TestedIo.usable(io))
                        .config(file)
                        .port(freePort())
                        .threads(1)
                        .hotReload(false)
                        .drainTimeout(Duration.ZERO)
                        .protocol(KeptLoop.until(release))
                        .route("kept", r -> r.to(backend.address()))
                        .start();
                Client keeping = Client.to(server.tcp().orElseThrow()).send("K")) {
            await().until(() -> !server.status().isReady());
            Files.writeString(file, "[server]\nbind = \"0.0.0.0\"\n");

            server.reload();

            assertThat(server.tcp().orElseThrow().getAddress().isAnyLocalAddress())
                    .isTrue();
            release.countDown();
            assertThat(keeping.read(3)).isEqualTo("b>K");
            InetSocketAddress elsewhere = new InetSocketAddress(
                    "127.0.0.2", server.tcp().orElseThrow().getPort());
            try (Client client = Client.to(elsewhere)) {
                assertThat(client.send("K").read(3)).isEqualTo("b>K");
            }
            await().until(() -> server.status().isReady());
        } finally {
            release.countDown();
        }
    }

    @Test
    void flowOfAFormerPortSurvivesARefusedReloadAndTheReturn() throws Exception {
        InetSocketAddress first = site.server().udp().orElseThrow();
        Files.writeString(site.config(), site.text("port = " + first.getPort()));
        site.server().reload();
        try (UdpClient udp = UdpClient.from("127.0.0.1", first);
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.3"))) {
            assertThat(udp.send("THIRD").read()).isEqualTo("1>THIRD");
            Files.writeString(site.config(), site.text("port = " + TestBackend.deadPort()));
            site.server().reload();
            assertThat(udp.send("left").read()).isEqualTo("1>left");
            Files.writeString(site.config(), site.text("bind = \"127.0.0.3\"\nport = " + taken.getLocalPort()));
            assertThatThrownBy(() -> site.server().reload()).isInstanceOf(StartException.class);
            assertThat(udp.send("refused").read()).isEqualTo("1>refused");

            Files.writeString(site.config(), site.text("port = " + first.getPort()));
            site.server().reload();

            assertThat(udp.send("back").read()).isEqualTo("1>back");
            assertThat(site.server().status().sessions())
                    .as("the flow of the beginning")
                    .isEqualTo(1);
            assertThat(site.server().status().ends()).containsEntry("done", 0L).containsEntry("cut", 0L);
            try (UdpClient another = UdpClient.from("127.0.0.1", first)) {
                assertThat(another.send("THIRD").read()).isEqualTo("1>THIRD");
            }
        }
    }

    @Test
    void flowOfAnAddressSurvivesTheChangeToAWildcardAndBack() throws Exception {
        Files.writeString(site.config(), site.text("port = " + freePort()));
        site.server().reload();
        InetSocketAddress first = site.server().udp().orElseThrow();
        try (UdpClient udp = UdpClient.from("127.0.0.1", first)) {
            assertThat(udp.send("THIRD").read()).isEqualTo("1>THIRD");
            Files.writeString(site.config(), site.text("bind = \"0.0.0.0\"\nport = " + first.getPort()));
            site.server().reload();
            assertThat(udp.send("everywhere").read()).isEqualTo("1>everywhere");

            Files.writeString(site.config(), site.text("port = " + first.getPort()));
            site.server().reload();

            assertThat(udp.send("back").read()).isEqualTo("1>back");
            assertThat(site.server().status().sessions()).isEqualTo(1);
        }
    }

    @Test
    void keysThatNeedARestartAreNamedInTheStatus() throws Exception {
        assertThat(site.server().status().reasons()).isEmpty();
        int other = Runtime.getRuntime().availableProcessors() + 1;
        Files.writeString(site.config(), site.text("threads = " + other));

        site.server().reload();

        assertThat(site.server().status().reasons())
                .contains("threads = " + other + " takes effect at the next start; until then it is " + (other - 1));
        Files.writeString(site.config(), site.text(""));
        site.server().reload();
        assertThat(site.server().status().reasons()).isEmpty();
    }

    @Test
    void wildcardReplacesOneOfItsAddressesAndBack() throws Exception {
        int port = freePort();
        Files.writeString(site.config(), site.text("port = " + port));
        site.server().reload();
        InetSocketAddress before = site.server().tcp().orElseThrow();
        try (Client live = site.connect()) {
            live.read(7);
            Files.writeString(site.config(), site.text("bind = \"0.0.0.0\"\nport = " + port));
            site.server().reload();

            assertThat(site.server().tcp().orElseThrow().getPort()).isEqualTo(port);
            try (Client elsewhere = Client.to(new InetSocketAddress("127.0.0.2", port))) {
                assertThat(elsewhere.send("THIRD").read(7)).isEqualTo("1>THIRD");
            }
            Files.writeString(site.config(), site.text("port = " + port));
            site.server().reload();

            assertThat(site.server().tcp()).contains(before);
            assertThat(site.greeting()).isEqualTo("1");
            assertThat(live.send("more").read(4)).isEqualTo("more");
        }
    }

    /** On every address: what is free on one may be taken on another, by what earlier tests left behind. */
    private static int freePort() throws IOException {
        try (ServerSocket everywhere = new ServerSocket(0)) {
            return everywhere.getLocalPort();
        }
    }
}
