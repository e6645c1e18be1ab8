package dev.refractium.server.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Protocol;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Descriptors;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.LoopThreads;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The limits of what strangers can hold over TCP: connections in all, connections per client, memory. */
@Alone
class LimitsIT {
    private static final Protocol ALPHA = PrefixProtocol.of("alpha", "ALPHA");
    private static final String GREETING = "alpha>ALPHA";

    private TestBackend backend;

    @BeforeEach
    void startBackend() throws IOException {
        backend = TestBackend.named("alpha");
    }

    @AfterEach
    void stopBackend() throws IOException {
        backend.close();
    }

    @Test
    void exactlyMaxConnectionsAreServed() throws Exception {
        int max = 40;
        try (Proxy proxy = Proxy.of(alpha().maxConnections(max), backend)) {
            List<Client> clients = open(3 * max, "127.0.0.1", proxy);

            assertThat(served(clients)).isEqualTo(max);
            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("over-max-connections", 2L * max)));
            await().untilAsserted(() -> assertThat(backend.accepted()).isEqualTo(max));

            closeAll(clients);
            await().until(() -> proxy.live() == 0);
            assertThat(served(open(3 * max, "127.0.0.1", proxy))).isEqualTo(max);
        }
    }

    @Test
    void stormBeyondMaxConnectionsLosesNoLiveSession() throws Exception {
        assumeThat(Descriptors.areKnown()).as("/proc/self/fd").isTrue();
        int max = 60;
        Duration storm = Full.is() ? Duration.ofSeconds(60) : Duration.ofSeconds(3);
        try (Proxy proxy = Proxy.of(alpha().maxConnections(max), backend)) {
            int before = Descriptors.open();
            List<Client> live = open(max / 2, "127.0.0.1", proxy);
            assertThat(served(live)).isEqualTo(live.size());

            int attempts = sum(inParallel(4, thread -> () -> storm(proxy, address(thread), 3 * max / 4, storm)));

            int lost = 0;
            for (Client client : live) {
                lost += client.send("still there").read(11).equals("still there") ? 0 : 1;
            }
            assertThat(lost).isZero();
            assertThat(proxy.ends().get("over-max-connections")).isPositive();
            assertThat(backend.accepted()).isGreaterThan(live.size());
            closeAll(live);
            await().until(() -> proxy.live() == 0);
            await().untilAsserted(() -> assertThat(Descriptors.open()).isLessThanOrEqualTo(before));
            System.out.printf(
                    "storm beyond max_connections: %d connects of strangers %s, lost of live %d of %d, descriptors %d before, %d after%n",
                    attempts, proxy.ends(), lost, live.size(), before, Descriptors.open());
        }
    }

    @Test
    void limitPerClientIsExactUnderConcurrentOpensAndCloses() throws Exception {
        int limit = 5;
        int rounds = Full.is() ? 2_000 : 40;
        try (Proxy proxy = Proxy.of(alpha().maxConnectionsPerIp(limit), backend)) {
            int over = sum(inParallel(8, thread -> () -> overAdmitted(proxy, address(thread), limit, rounds)));

            await().until(() -> proxy.live() == 0);
            for (int thread = 0; thread < 8; thread++) {
                assertThat(served(open(2 * limit, address(thread), proxy))).isEqualTo(limit);
            }
            assertThat(over).isZero();
            System.out.printf(
                    "limit per client: 8 clients, %d rounds of %d opens, over-admitted %d%n", rounds, 2 * limit, over);
        }
    }

    @Test
    void undecidedSessionsShareTheirMemoryAndTheOldestAreEvicted() throws Exception {
        int memory = 65536;
        int loops = Runtime.getRuntime().availableProcessors();
        int kept = loops * (memory / loops / 512);
        RefractiumBuilder builder =
                alpha().peekMemory(memory).peekBufferSize(512).peekTimeout(Proxy.NEVER);
        try (Proxy proxy = Proxy.of(builder, backend)) {
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 3 * kept; i++) {
                clients.add(proxy.connect().send("ALP"));
                if (i == kept - 1) {
                    // Of clients that are readable at once the selector chooses the first: let these be read alone.
                    await().until(() -> proxy.live() == kept);
                    LoopThreads.cpuShareAtRest();
                }
            }

            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("over-peek-memory", 2L * kept)));
            assertThat(proxy.live()).isEqualTo(kept);
            for (Client oldest : clients.subList(0, kept)) {
                assertThat(oldest.rest()).isEqualTo(new Client.Rest("", Client.Ending.RESET));
            }
            int greeted = 0;
            for (Client newer : clients.subList(kept, 3 * kept)) {
                greeted += isGreeted(newer) ? 1 : 0;
            }
            assertThat(greeted).isEqualTo(kept);
        }
    }

    private static boolean isGreeted(Client client) throws IOException {
        try {
            return client.send("HA").read(GREETING.length()).equals(GREETING);
        } catch (SocketException e) {
            return false;
        }
    }

    @Test
    void peekMemoryTooSmallForOneSessionIsRefused() {
        RefractiumBuilder builder = alpha().peekMemory(65536).peekBufferSize(65536);

        assertThatThrownBy(builder::check)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("builder: server.peek_memory: 64KiB is too small");
    }

    private RefractiumBuilder alpha() {
        return Proxy.builder().protocol(ALPHA).route("alpha", r -> r.to(backend.address()));
    }

    /** Opens and closes, in bunches, until the time is over. */
    private static int storm(Proxy proxy, String from, int bunch, Duration length) throws IOException {
        long end = System.nanoTime() + length.toNanos();
        int attempts = 0;
        while (System.nanoTime() < end) {
            List<Client> clients = open(bunch, from, proxy);
            attempts += bunch;
            served(clients.subList(0, bunch / 4));
            leave(clients);
        }
        return attempts;
    }

    private static int overAdmitted(Proxy proxy, String address, int limit, int rounds) throws IOException {
        int over = 0;
        for (int round = 0; round < rounds; round++) {
            List<Client> clients = open(2 * limit, address, proxy);
            over += Math.max(0, served(clients) - limit);
            leave(clients);
        }
        return over;
    }

    private static List<Client> open(int count, String from, Proxy proxy) throws IOException {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(Client.from(from, proxy.tcp()));
        }
        return clients;
    }

    /** How many of these clients reach the backend; the others are reset. */
    private static int served(List<Client> clients) {
        int served = 0;
        for (Client client : clients) {
            try {
                served += client.send("ALPHA").read(GREETING.length()).equals(GREETING) ? 1 : 0;
            } catch (IOException e) {
                // Reset.
            }
        }
        return served;
    }

    private static void closeAll(List<Client> clients) throws IOException {
        for (Client client : clients) {
            client.close();
        }
    }

    /** One with a FIN and the others with a reset: a FIN from each would use up the ports for a minute. */
    private static void leave(List<Client> clients) throws IOException {
        clients.get(0).close();
        for (Client client : clients.subList(1, clients.size())) {
            client.reset();
        }
    }

    private static String address(int thread) {
        return "127.0.0." + (2 + thread);
    }

    private interface Task {
        Callable<Integer> of(int thread);
    }

    private static List<Future<Integer>> inParallel(int threads, Task task) throws InterruptedException {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                tasks.add(task.of(i));
            }
            return executor.invokeAll(tasks);
        } finally {
            executor.shutdown();
        }
    }

    private static int sum(List<Future<Integer>> results) throws Exception {
        int sum = 0;
        for (Future<Integer> result : results) {
            sum += result.get();
        }
        return sum;
    }
}
