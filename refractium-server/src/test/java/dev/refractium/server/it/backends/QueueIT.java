package dev.refractium.server.it.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import dev.refractium.server.report.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are full, and the sessions that wait for a place. */
class QueueIT {
    private static final String GREETED = "a>?";

    @TempDir
    Path directory;

    private TestBackend one;
    private TestBackend two;

    @BeforeEach
    void startBackends() throws IOException {
        one = TestBackend.named("a");
        two = TestBackend.named("b");
    }

    @AfterEach
    void stopBackends() throws IOException {
        one.close();
        two.close();
    }

    @Test
    void sessionsAreServedInTheOrderInWhichTheyCame() throws Exception {
        try (Proxy proxy = proxy("queue_timeout = \"60s\"", full(one, 1))) {
            List<Client> clients = new ArrayList<>();
            clients.add(served(proxy, GREETED));
            for (int i = 1; i <= 10; i++) {
                clients.add(waiting(proxy, i));
            }

            for (int i = 0; i < clients.size(); i++) {
                if (i > 0) {
                    assertThat(clients.get(i).read(GREETED.length())).isEqualTo(GREETED);
                }
                assertThat(waiting(proxy)).isEqualTo(10 - i);
                clients.get(i).close();
            }

            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("done", 11L)));
        }
    }

    @Test
    void noServerEverHasMoreThanItsMaximum() throws Exception {
        String servers = full(one, 3) + ", " + full(two, 2);
        Map<String, AtomicInteger> now = Map.of("a>?", new AtomicInteger(), "b>?", new AtomicInteger());
        Map<String, Integer> most = new ConcurrentHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (Proxy proxy = proxy("queue_timeout = \"60s\"", servers)) {
            List<Callable<Void>> clients = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                clients.add(() -> {
                    try (Client client = proxy.connect().send("?")) {
                        String server = client.read(3);
                        AtomicInteger served = Objects.requireNonNull(now.get(server));
                        most.merge(server, served.incrementAndGet(), Math::max);
                        served.decrementAndGet();
                    }
                    return null;
                });
            }

            for (Future<Void> each : threads.invokeAll(clients)) {
                each.get();
            }

            assertThat(most.get("a>?")).isBetween(1, 3);
            assertThat(most.get("b>?")).isBetween(1, 2);
            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("done", 400L)));
            assertThat(waiting(proxy)).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aClientThatLeavesGivesItsPlaceInTheQueueUp() throws Exception {
        try (Proxy proxy = proxy("queue_timeout = \"60s\"", full(one, 1));
                Client served = served(proxy, GREETED)) {
            Client leaves = waiting(proxy, 1);
            Client resets = waiting(proxy, 2);
            Client stays = waiting(proxy, 3);

            leaves.close();
            await().until(() -> waiting(proxy) == 2);
            resets.reset();
            await().until(() -> waiting(proxy) == 1);
            served.finish();

            assertThat(stays.read(GREETED.length())).isEqualTo(GREETED);
            stays.close();
            await().untilAsserted(() ->
                    assertThat(proxy.ends()).isEqualTo(Map.of("done", 2L, "left-queue", 1L, "client-reset", 1L)));
            assertThat(one.accepted()).isEqualTo(2);
        }
    }

    @Test
    void aSessionWaitsForAsLongAsItMay() throws Exception {
        try (Proxy proxy = proxy("queue_timeout = \"400ms\"", full(one, 1));
                Client served = served(proxy, GREETED)) {
            long began = System.nanoTime();

            try (Client waits = proxy.connect().send("?")) {
                assertThat(waits.rest()).isEqualTo(new Client.Rest("", Client.Ending.RESET));
            }

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(399));
            assertThat(proxy.ends()).isEqualTo(Map.of("queue-timeout", 1L));
            assertThat(waiting(proxy)).isZero();
            served.send("!");
            assertThat(served.read(1)).isEqualTo("!");
        }
    }

    @Test
    void whatIsOverTheQueueIsRefusedAtOnce() throws Exception {
        try (Proxy proxy = proxy("queue = 1\nqueue_timeout = \"60s\"", full(one, 1));
                Client served = served(proxy, GREETED);
                Client waits = waiting(proxy, 1);
                Client refused = proxy.connect().send("?")) {
            assertThat(refused.rest()).isEqualTo(new Client.Rest("", Client.Ending.RESET));

            assertThat(proxy.ends()).isEqualTo(Map.of("backends-full", 1L));
            served.finish();
            assertThat(waits.read(GREETED.length())).isEqualTo(GREETED);
        }
    }

    @Test
    void withoutATimeNoSessionWaits() throws Exception {
        try (Proxy proxy = proxy("", full(one, 1));
                Client served = served(proxy, GREETED);
                Client refused = proxy.connect().send("?")) {
            assertThat(refused.rest()).isEqualTo(new Client.Rest("", Client.Ending.RESET));

            assertThat(proxy.ends()).isEqualTo(Map.of("backends-full", 1L));
            served.send("!");
            assertThat(served.read(1)).isEqualTo("!");
        }
    }

    @Test
    void whatAClientSendsWhileItWaitsIsHeldInPeekMemory() throws Exception {
        try (Proxy proxy = proxy("queue_timeout = \"60s\"", full(one, 1));
                Client served = served(proxy, GREETED);
                Client waits = waiting(proxy, 1)) {
            waits.send("x".repeat(4_000));
            await().until(() -> peekHeld(proxy) >= 4_001);

            served.finish();

            assertThat(waits.read(4_003)).isEqualTo(GREETED + "x".repeat(4_000));
            assertThat(peekHeld(proxy)).isZero();
        }
    }

    @Test
    void aSessionOnAServerThatRefusesWaitsForTheOthers() throws Exception {
        String dead = "\"127.0.0.1:" + TestBackend.deadPort() + "\"";
        try (Proxy proxy = unprobed("balance = \"first\"\nqueue_timeout = \"60s\"", dead + ", " + full(one, 1));
                Client served = served(proxy, GREETED);
                Client waits = waiting(proxy, 1)) {
            served.finish();

            assertThat(waits.read(GREETED.length())).isEqualTo(GREETED);
        }
    }

    @Test
    void aBackupIsUsedWhileTheOthersAreFull() throws Exception {
        String backup = "{ address = \"" + two.address() + "\", backup = true }";
        try (Proxy proxy = proxy("queue_timeout = \"60s\"", full(one, 1) + ", " + backup);
                Client served = served(proxy, GREETED);
                Client over = served(proxy, "b>?")) {
            assertThat(waiting(proxy)).isZero();
            assertThat(served.send("1").read(1) + over.send("2").read(1)).isEqualTo("12");
        }
    }

    @Test
    void aReloadThatRaisesTheMaximumServesThoseWhoWait() throws Exception {
        try (Proxy proxy = proxy("queue_timeout = \"60s\"", full(one, 1));
                Client served = served(proxy, GREETED);
                Client first = waiting(proxy, 1);
                Client second = waiting(proxy, 2);
                Client third = waiting(proxy, 3)) {
            reload(proxy, "queue_timeout = \"60s\"", full(one, 3));

            assertThat(first.read(GREETED.length())).isEqualTo(GREETED);
            assertThat(second.read(GREETED.length())).isEqualTo(GREETED);
            assertThat(waiting(proxy)).isOne();
            served.finish();
            assertThat(third.read(GREETED.length())).isEqualTo(GREETED);
        }
    }

    @Test
    void aReloadThatLowersTheMaximumLetsNobodyInUntilThereIsRoom() throws Exception {
        try (Proxy proxy = proxy("queue_timeout = \"60s\"", full(one, 2));
                Client served = served(proxy, GREETED);
                Client other = served(proxy, GREETED);
                Client waits = waiting(proxy, 1)) {
            reload(proxy, "queue_timeout = \"60s\"", full(one, 1));

            served.finish();
            await().until(() -> proxy.ends().equals(Map.of("done", 1L)));
            assertThat(waiting(proxy)).isOne();
            other.finish();

            assertThat(waits.read(GREETED.length())).isEqualTo(GREETED);
        }
    }

    @Test
    void aReloadThatReplacesTheServerServesThoseWhoWaitByTheNewOne() throws Exception {
        try (Proxy proxy = proxy("queue_timeout = \"60s\"", full(one, 1));
                Client served = served(proxy, GREETED);
                Client waits = waiting(proxy, 1)) {
            reload(proxy, "queue_timeout = \"60s\"", full(two, 1));

            assertThat(waits.read(3)).isEqualTo("b>?");
            try (Client next = waiting(proxy, 1)) {
                waits.finish();
                assertThat(next.read(3)).isEqualTo("b>?");
            }
            served.send("!");
            assertThat(served.read(1)).isEqualTo("!");
        }
    }

    @Test
    void aReloadThatSendsTheRouteToAnotherPoolTakesThoseWhoWaitAlong() throws Exception {
        try (Proxy proxy = proxy("queue_timeout = \"60s\"", full(one, 1));
                Client served = served(proxy, GREETED);
                Client waits = waiting(proxy, 1)) {
            Files.writeString(
                    directory.resolve("queue.toml"),
                    "fallback_tcp = \"pool:other\"\n[pools.other]\nservers = [\"" + two.address() + "\"]\n");
            proxy.server().reload();

            assertThat(waits.read(3)).isEqualTo("b>?");
            assertThat(served.send("!").read(1)).isEqualTo("!");
        }
    }

    @Test
    void theServersEndEndsThoseWhoWaitFirst() throws Exception {
        try (Proxy proxy = proxy("queue_timeout = \"60s\"", full(one, 1), "drain_timeout = \"30s\"\n");
                Client served = served(proxy, GREETED);
                Client waits = waiting(proxy, 1)) {
            Thread closing = new Thread(() -> proxy.server().close());
            closing.start();

            assertThat(waits.rest()).isEqualTo(new Client.Rest("", Client.Ending.RESET));
            served.send("!");
            assertThat(served.read(1)).isEqualTo("!");
            served.finish();
            closing.join();
            assertThat(proxy.ends()).isEqualTo(Map.of("done", 1L, "cut", 1L));
        }
    }

    @Test
    void udpSessionsCountAndDoNotWait() throws Exception {
        try (UdpBackend backend = UdpBackend.named("u");
                Proxy proxy = Proxy.unprobed(Proxy.builder()
                        .config(config(
                                "",
                                "fallback_udp = \"pool:web\"\n",
                                "queue_timeout = \"60s\"",
                                "{ address = \"" + backend.address() + "\", max_connections = 1 }")));
                UdpClient first = UdpClient.to(proxy.udp());
                UdpClient second = UdpClient.to(proxy.udp())) {
            first.send("?");
            assertThat(first.read()).isEqualTo("u>?");

            second.send("?");

            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("backends-full", 1L)));
        }
    }

    private static String full(TestBackend backend, int most) {
        return "{ address = \"" + backend.address() + "\", max_connections = " + most + " }";
    }

    private Proxy proxy(String rules, String servers) throws Exception {
        return proxy(rules, servers, "");
    }

    private Proxy proxy(String rules, String servers, String server) throws Exception {
        Proxy proxy = Proxy.of(Proxy.builder().config(config(server, "fallback_tcp = \"pool:web\"\n", rules, servers)));
        for (TestBackend each : List.of(one, two)) {
            await().until(() -> each.open() == 0);
            each.forget();
        }
        return proxy;
    }

    private Proxy unprobed(String rules, String servers) throws Exception {
        return Proxy.unprobed(
                Proxy.builder().config(config("health = \"off\"\n", "fallback_tcp = \"pool:web\"\n", rules, servers)));
    }

    private void reload(Proxy proxy, String rules, String servers) throws Exception {
        config("", "fallback_tcp = \"pool:web\"\n", rules, servers);
        proxy.server().reload();
    }

    private Path config(String server, String fallback, String rules, String servers) throws IOException {
        String text = fallback + "[server]\n" + server + "[pools.web]\n" + rules + "\nservers = [" + servers + "]\n";
        return Files.writeString(directory.resolve("queue.toml"), text);
    }

    private static Client served(Proxy proxy, String greeting) throws IOException {
        Client client = proxy.connect().send("?");
        assertThat(client.read(greeting.length())).isEqualTo(greeting);
        return client;
    }

    /** Connects a client, and waits until {@code count} wait. */
    private static Client waiting(Proxy proxy, int count) throws IOException {
        Client client = proxy.connect().send("?");
        await().until(() -> waiting(proxy) == count);
        return client;
    }

    private static int waiting(Proxy proxy) {
        return proxy.server().status().pools().stream()
                .mapToInt(Status.Pool::waiting)
                .sum();
    }

    private static long peekHeld(Proxy proxy) {
        return proxy.server().status().memory().peekMemory().held();
    }
}
