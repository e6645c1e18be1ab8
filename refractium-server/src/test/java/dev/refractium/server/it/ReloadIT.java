package dev.refractium.server.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.BackendInfo;
import dev.refractium.server.GenerationInfo;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Descriptors;
import dev.refractium.server.it.support.Loaders;
import dev.refractium.server.it.support.Site;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.UdpClient;
import dev.refractium.server.it.support.Versions;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reload changes, and what it leaves alone. */
@Alone
class ReloadIT {
    @TempDir
    Path directory;

    private Site site;

    @BeforeEach
    void start() throws Exception {
        Loaders.forget();
        site = Site.of(directory, "");
    }

    @AfterEach
    void stop() throws Exception {
        site.close();
    }

    // Plugins

    @Test
    void liveSessionKeepsItsPluginWhenTheJarIsReplaced() throws Exception {
        try (Client undecided = Client.to(site.server().tcp().orElseThrow()).send("TH");
                Client relayed = site.connect()) {
            assertThat(relayed.read(7)).isEqualTo("1>THIRD");
            await().until(() -> site.server().status().sessions() == 2);

            Versions.jar(2).writeTo(site.jar());
            assertThat(site.server().reload()).isEqualTo(2);

            assertThat(site.greeting()).isEqualTo("2");
            assertThat(undecided.send("IRD").read(7)).isEqualTo("1>THIRD");
            assertThat(relayed.send("more").read(4)).isEqualTo("more");
            assertThat(live()).containsExactly(1L, 2L);
        }
        await().untilAsserted(() -> assertThat(live()).containsExactly(2L));
        assertThat(Loaders.made()).isEqualTo(2);
        Loaders.awaitAlive(1);
    }

    @Test
    void unchangedJarIsSharedAndGoesWithItsLastGeneration() throws Exception {
        try (Client old = site.connect()) {
            old.read(7);

            site.server().reload();
            site.server().reload();

            assertThat(Loaders.made()).isEqualTo(1);
            await().untilAsserted(() -> assertThat(live()).containsExactly(1L, 3L));
        }
        await().untilAsserted(() -> assertThat(live()).containsExactly(3L));
        assertThat(site.greeting()).isEqualTo("1");
    }

    @Test
    void pluginThatARouteNeedsCannotVanish() throws Exception {
        Files.delete(site.jar());

        assertThatThrownBy(() -> site.server().reload())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("unknown protocol \"third\"");

        assertThat(site.greeting()).isEqualTo("1");
        assertThat(site.server().status().degraded())
                .hasValueSatisfying(reason -> assertThat(reason).contains("third"));
    }

    // Failures

    @Test
    void failureChangesNothingAndTheNextGoodReloadMendsIt() throws Exception {
        int before = Descriptors.open();
        Files.writeString(site.config(), site.text("nonsense = 1"));
        assertThatThrownBy(() -> site.server().reload()).isInstanceOf(ConfigException.class);
        Files.writeString(site.jar(), "no JAR");
        Files.writeString(site.config(), site.text(""));
        assertThatThrownBy(() -> site.server().reload()).isInstanceOf(ConfigException.class);

        assertThat(site.generation()).isEqualTo(1);
        assertThat(site.greeting()).isEqualTo("1");
        assertThat(site.server().status().lastReload().orElseThrow().error()).isPresent();
        assertThat(site.server().status().degraded()).isPresent();
        assertThat(Descriptors.open()).isLessThanOrEqualTo(before + 4);
        Versions.jar(2).writeTo(site.jar());
        assertThat(site.server().reload()).isEqualTo(2);
        assertThat(site.server().status().degraded()).isEmpty();
        assertThat(site.greeting()).isEqualTo("2");
    }

    @Test
    void callsThatFindAnotherWaitingShareItsReload() throws Exception {
        int callers = 40;
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        Set<Long> numbers = new HashSet<>();

        List<Callable<Long>> calls = IntStream.range(0, callers)
                .mapToObj(i -> (Callable<Long>) () -> site.server().reload())
                .toList();
        for (Future<Long> number : threads.invokeAll(calls)) {
            numbers.add(number.get());
        }
        threads.shutdown();

        assertThat(numbers).hasSizeLessThan(callers).contains(site.generation());
    }

    @Test
    void filesAreNotWatchedWhereThatIsOff() {
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .contains("refractium-watchdog")
                .doesNotContain("refractium-watch"));
    }

    // Listeners

    @Test
    void anyPortIsKept() throws Exception {
        InetSocketAddress before = site.server().tcp().orElseThrow();

        site.server().reload();

        assertThat(site.server().tcp()).contains(before);
    }

    @Test
    void newPortIsServedAndTheOldOneLetsItsSessionsGoOn() throws Exception {
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
    void portThatIsTakenLeavesTheOldOneServed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(site.config(), site.text("port = " + taken.getLocalPort()));

            assertThatThrownBy(() -> site.server().reload())
                    .isInstanceOf(StartException.class)
                    .hasMessage("cannot listen on 127.0.0.1 port " + taken.getLocalPort()
                            + ", TCP: the port is taken; end the program that has it, or name another port");

            assertThat(site.greeting()).isEqualTo("1");
        }
    }

    @Test
    void wildcardTakesThePlaceOfOneOfItsAddressesAndBack() throws Exception {
        // A port that is free on one address may be taken on another, by what earlier tests left behind.
        int port;
        try (ServerSocket everywhere = new ServerSocket(0)) {
            port = everywhere.getLocalPort();
        }
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

    // Sessions

    @Test
    void sessionsOfARemovedRouteEndOrGoOnAsTheRouteSaid() throws Exception {
        String address = site.backend(1).address();
        Files.writeString(
                site.config(),
                site.text("")
                        + Site.route("kept", "patterns = [\"KEPT\"]", address)
                        + Site.route("cut", "patterns = [\"CUT\"]\non_removed = \"close\"", address));
        site.server().reload();
        InetSocketAddress server = site.server().tcp().orElseThrow();
        try (Client kept = Client.to(server).send("KEPT");
                Client cut = Client.to(server).send("CUT");
                Client undecided = Client.to(server).send("CU")) {
            kept.read(6);
            cut.read(5);
            await().until(() -> site.server().status().sessions() == 3);
            Files.writeString(site.config(), site.text(""));

            site.server().reload();

            assertThat(cut.rest().ending()).isEqualTo(Client.Ending.RESET);
            assertThat(undecided.send("T").rest().ending()).isEqualTo(Client.Ending.RESET);
            assertThat(kept.send("more").read(4)).isEqualTo("more");
            await().untilAsserted(
                            () -> assertThat(site.server().status().ends()).containsEntry("route-removed", 2L));
        }
    }

    @Test
    void udpFlowKeepsItsBackendAndGeneration() throws Exception {
        InetSocketAddress server = site.server().udp().orElseThrow();
        try (UdpClient old = UdpClient.from("127.0.0.1", server);
                UdpClient young = UdpClient.from("127.0.0.1", server)) {
            assertThat(old.send("THIRD").read()).isEqualTo("1>THIRD");
            Versions.jar(2).writeTo(site.jar());

            site.server().reload();

            assertThat(young.send("THIRD").read()).isEqualTo("2>THIRD");
            assertThat(old.send("THIRD").read()).isEqualTo("1>THIRD");
            assertThat(live()).containsExactly(1L, 2L);
        }
    }

    @Test
    void theOldestGenerationEndsWhereTooManyAreAlive() throws Exception {
        Files.writeString(site.config(), site.text("max_generations = 2"));
        site.server().reload();
        try (Client first = site.connect()) {
            first.read(7);
            site.server().reload();
            try (Client second = site.connect()) {
                second.read(7);
                site.server().reload();

                assertThat(first.rest().ending()).isEqualTo(Client.Ending.RESET);
                assertThat(second.send("more").read(4)).isEqualTo("more");
                await().untilAsserted(
                                () -> assertThat(site.server().status().ends()).containsEntry("old-generation", 1L));
                await().untilAsserted(() -> assertThat(live()).containsExactly(3L, 4L));
            }
        }
    }

    // Limits and backends

    @Test
    void undecidedSessionsShareTheirMemoryByWhicheverListenerTheyCame() throws Exception {
        int loops = Runtime.getRuntime().availableProcessors();
        int room = loops * 65536 / 512;
        String limits = "peek_memory = " + loops * 65536 + "\npeek_timeout_ms = 60000\n";
        List<Client> clients = new ArrayList<>();
        for (int listener = 0; listener < 2; listener++) {
            Files.writeString(site.config(), site.text(limits + "port = " + TestBackend.deadPort()));
            site.server().reload();
            InetSocketAddress address = site.server().tcp().orElseThrow();
            for (int i = 0; i < room; i++) {
                clients.add(Client.to(address).send("THI"));
            }
        }

        await().untilAsserted(
                        () -> assertThat(site.server().status().ends()).containsEntry("over-peek-memory", (long) room));
        assertThat(site.server().status().sessions()).isEqualTo(room);
        for (Client client : clients) {
            client.close();
        }
    }

    @Test
    void whatIsHeldForThoseWhoDoNotReadIsKnownByWhicheverListenerTheyCame() throws Exception {
        try (TestBackend endless =
                TestBackend.serving(socket -> socket.getOutputStream().write(new byte[64 << 20]))) {
            String route = Site.route("endless", "patterns = [\"ALL\"]", endless.address());
            Files.writeString(site.config(), site.text("") + route);
            site.server().reload();
            Client deaf = Client.to(site.server().tcp().orElseThrow()).send("ALL");
            await().until(() -> site.server().status().relayHeld() > 0);
            Files.writeString(site.config(), site.text("port = " + TestBackend.deadPort()) + route);

            site.server().reload();

            assertThat(site.server().status().relayHeld()).isPositive();
            deaf.reset();
        }
    }

    @Test
    void limitOfAClientCountsThoseWhoWereThereBefore() throws Exception {
        try (Client first = site.connect()) {
            first.read(7);
            Files.writeString(site.config(), site.text("").replace("per_ip = 0", "per_ip = 2"));
            site.server().reload();

            try (Client second = site.connect();
                    Client third = Client.to(site.server().tcp().orElseThrow())) {
                assertThat(second.read(7)).isEqualTo("1>THIRD");
                assertThat(third.rest().ending()).isEqualTo(Client.Ending.RESET);
            }
        }
    }

    @Test
    void healthAndCountsOfABackendOutliveGenerationsAndThoseThatNobodyNamesAreForgotten() throws Exception {
        String dead = "127.0.0.1:" + TestBackend.deadPort();
        Files.writeString(site.config(), site.text("") + Site.route("dead", "patterns = [\"DEAD\"]", dead));
        site.server().reload();
        for (int i = 0; i < 2; i++) {
            Client.to(site.server().tcp().orElseThrow()).send("DEAD").rest();
        }
        await().until(() -> backend(dead).get(0).health().equals("down"));
        long failures = backend(dead).get(0).failures();
        assertThat(failures).isGreaterThanOrEqualTo(2);

        site.server().reload();

        assertThat(backend(dead).get(0).health()).isEqualTo("down");
        assertThat(backend(dead).get(0).failures()).isGreaterThanOrEqualTo(failures);
        Files.writeString(site.config(), site.text(""));
        site.server().reload();
        await().untilAsserted(() -> assertThat(backend(dead)).isEmpty());
    }

    private List<BackendInfo> backend(String address) {
        return site.server().status().backends().stream()
                .filter(backend -> backend.address().equals(address) && backend.transport() == Transport.TCP)
                .toList();
    }

    private List<Long> live() {
        return site.server().status().generations().stream()
                .map(GenerationInfo::number)
                .toList();
    }
}
