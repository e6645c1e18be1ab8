package dev.refractium.server.it.backends;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.config.BalancePolicy;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Patience;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the policies do with real sessions. */
class PoliciesIT {
    private static final int SESSIONS = 300;

    /** The slow backend serves one session in the time that this many come. */
    private static final int SLOWER = 12;

    @Test
    void queueOfASlowBackendStaysShortWherePoliciesSeeIt() throws Exception {
        int turns = longestQueue(BalancePolicy.ROUND_ROBIN);
        int least = longestQueue(BalancePolicy.LEAST_CONNECTIONS);
        int random = longestQueue(BalancePolicy.RANDOM);

        System.out.printf(
                "one slow backend of four, %d sessions, longest queue: round_robin %d, least_connections %d, random %d%n",
                SESSIONS, turns, least, random);
        assertThat(turns).isGreaterThan(30);
        assertThat(least).isLessThanOrEqualTo(turns / 3);
        assertThat(random).isLessThanOrEqualTo(turns / 3);
    }

    private static int longestQueue(BalancePolicy policy) throws Exception {
        SlowBackend slow = new SlowBackend();
        ExecutorService clients = Executors.newCachedThreadPool();
        try (TestBackend queue = TestBackend.serving(slow::serve);
                TestBackend one = TestBackend.named("b");
                TestBackend two = TestBackend.named("b");
                TestBackend three = TestBackend.named("b");
                Proxy proxy = Proxy.of(
                        pool(policy, Transport.TCP, queue.address(), one.address(), two.address(), three.address()),
                        queue,
                        one,
                        two,
                        three)) {
            for (int i = 1; i <= SESSIONS; i++) {
                clients.submit(() -> slow.ask(proxy));
                assertThat(slow.settled.tryAcquire(Patience.OF_TESTS.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                if (i % SLOWER == 0) {
                    slow.served.release();
                }
            }
            return slow.longest.get();
        } finally {
            slow.served.release(SESSIONS);
            clients.shutdown();
        }
    }

    @Test
    void clientsKeepTheirUdpBackendOnEveryServer() throws Exception {
        List<String> addresses = new ArrayList<>();
        try (UdpBackend a = UdpBackend.named("a");
                UdpBackend b = UdpBackend.named("b");
                UdpBackend c = UdpBackend.named("c")) {
            Collections.addAll(addresses, a.address(), b.address(), c.address());
            Map<String, String> here = backendOf(addresses);
            Collections.reverse(addresses);
            Map<String, String> there = backendOf(addresses);

            assertThat(there).isEqualTo(here);
            assertThat(new HashSet<>(here.values())).hasSize(3);
            System.out.printf(
                    "UDP, source_hash: %d clients with 3 sockets each keep one of 3 backends, on two servers%n",
                    here.size());
        }
    }

    private static Map<String, String> backendOf(List<String> servers) throws Exception {
        RefractiumBuilder builder = pool(BalancePolicy.SOURCE_HASH, Transport.UDP, servers.toArray(String[]::new));
        Map<String, String> chosen = new HashMap<>();
        try (Proxy proxy = Proxy.of(builder)) {
            for (int i = 1; i <= 120; i++) {
                String from = "127.0.1." + (1 + i % 40);
                try (UdpClient client = UdpClient.from(from, proxy.udp())) {
                    String answer = client.send("?").read();
                    assertThat(answer).isEqualTo(chosen.computeIfAbsent(from, first -> answer));
                }
            }
        }
        return chosen;
    }

    @Test
    void sessionsOfOneNameMeetOnOneBackend() throws Exception {
        Protocol named = PrefixProtocol.withAttribute("named", "N:", "sni");
        try (TestBackend one = TestBackend.named("1");
                TestBackend two = TestBackend.named("2");
                TestBackend three = TestBackend.named("3");
                Proxy proxy = Proxy.of(
                        Proxy.builder()
                                .protocol(named)
                                .route(
                                        "named",
                                        route -> route.to(one.address(), two.address(), three.address())
                                                .balance(BalancePolicy.SOURCE_HASH)
                                                .hashOn("sni")),
                        one,
                        two,
                        three)) {
            Map<String, String> chosen = new HashMap<>();
            for (int i = 0; i < 90; i++) {
                String name = i % 30 + ".test";
                try (Client client = Client.from("127.0.1." + (1 + i), proxy.tcp())) {
                    String first = client.send("N:").send(name + "\n").finish().read(1);
                    assertThat(first).isEqualTo(chosen.computeIfAbsent(name, other -> first));
                    client.rest();
                }
            }

            assertThat(new HashSet<>(chosen.values())).hasSize(3);
        }
    }

    private static RefractiumBuilder pool(BalancePolicy policy, Transport transport, String... servers) {
        return Proxy.builder()
                .pool("servers", pool -> pool.to(servers).balance(policy))
                .fallback(transport, "pool:servers");
    }

    /** Serves its sessions on request, one at a time. Any thread. */
    private static final class SlowBackend {
        private final AtomicInteger queue = new AtomicInteger();
        private final AtomicInteger longest = new AtomicInteger();

        /** A permit for each session that it may serve. */
        private final Semaphore served = new Semaphore(0);

        /** A permit for each session that waits here, or has been served elsewhere. */
        private final Semaphore settled = new Semaphore(0);

        void serve(Socket socket) throws IOException {
            if (socket.getInputStream().read() < 0) {
                return; // a probe
            }
            longest.accumulateAndGet(queue.incrementAndGet(), Math::max);
            settled.release();
            served.acquireUninterruptibly();
            queue.decrementAndGet();
            socket.getOutputStream().write("slow".getBytes(StandardCharsets.ISO_8859_1));
        }

        /** One session, which is over when this returns. */
        Void ask(Proxy proxy) throws IOException {
            try (Client client = proxy.connect()) {
                if (client.send("?").finish().rest().text().equals("b>?")) {
                    settled.release();
                }
            }
            return null;
        }
    }
}
