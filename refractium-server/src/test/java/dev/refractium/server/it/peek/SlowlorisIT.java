package dev.refractium.server.it.peek;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Attempts;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.SlowClients;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Thousands of clients that send a byte a second of something that could yet become a known protocol. */
@Alone
class SlowlorisIT {
    private static final int SLOW = Full.is() ? 5_000 : 1_000;
    private static final int GOOD = 300;

    /** Longer than it takes to connect them all. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** The longest wait of a good client. */
    private static final Duration SHORT = Duration.ofMillis(100);

    /** The delay allowed to a timer in a process that is server and clients at once, on a busy machine. */
    private static final Duration LATE = Duration.ofMillis(Full.is() ? 200 : 1_000);

    @Test
    void slowClientsAreClosedOnTimeAndDelayNoOther() throws Exception {
        AtomicInteger crowds = new AtomicInteger();
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy = Proxy.of(server(backend), backend)) {
            times(GOOD, proxy);
            Duration idle = p99(times(GOOD, proxy));

            Crowd crowd = Attempts.untilGood(
                    () -> {
                        crowds.incrementAndGet();
                        return crowd(proxy);
                    },
                    measured -> measured.onTime() == SLOW && measured.busy().compareTo(SHORT) < 0);

            System.out.printf(
                    "slow clients: %d, closed within %d + %d ms: %.1f %% (longest %d ms), good client's p99 %.1f ms idle, %.1f ms beside them, memory a client %d bytes, both ends%n",
                    SLOW,
                    TIMEOUT.toMillis(),
                    LATE.toMillis(),
                    100.0 * crowd.onTime() / SLOW,
                    crowd.longest().toMillis(),
                    idle.toNanos() / 1e6,
                    crowd.busy().toNanos() / 1e6,
                    crowd.each());
            assertThat(crowd.onTime()).isEqualTo(SLOW);
            assertThat(crowd.each()).isLessThan(8192);
            assertThat(crowd.busy()).isLessThan(SHORT);
            long good = (2L + crowds.get()) * GOOD;
            assertThat(proxy.ends()).isEqualTo(Map.of("done", good, "unmatched", (long) crowds.get() * SLOW));
        }
    }

    private static Crowd crowd(Proxy proxy) throws Exception {
        long before = usedMemory();
        try (SlowClients slow = SlowClients.connect(SLOW, proxy.tcp())) {
            CompletableFuture<Void> served = CompletableFuture.runAsync(slow::serve);
            await().until(() -> proxy.live() == SLOW);
            long each = (usedMemory() - before) / SLOW;
            Duration busy = p99(times(GOOD, proxy));
            served.join();
            await().until(() -> proxy.live() == 0);

            List<Duration> lifetimes = slow.lifetimes();
            long onTime = lifetimes.stream()
                    .filter(l -> l.compareTo(TIMEOUT) >= 0 && l.compareTo(TIMEOUT.plus(LATE)) <= 0)
                    .count();
            return new Crowd(onTime, Collections.max(lifetimes), each, busy);
        }
    }

    /**
     * The outcome of the slow clients.
     *
     * @param onTime how many were closed when they should
     * @param longest what the last one lived
     * @param each bytes that one of them costs
     * @param busy what a good client waited beside them, all but one in a hundred
     */
    private record Crowd(long onTime, Duration longest, long each, Duration busy) {}

    private static RefractiumBuilder server(TestBackend backend) {
        return Proxy.builder()
                .peekTimeout(TIMEOUT)
                .protocol(PrefixProtocol.of("slow", "x".repeat(1000)))
                .protocol(PrefixProtocol.of("good", "GOOD"))
                .route("slow", r -> r.to(backend.address()))
                .route("good", r -> r.to(backend.address()));
    }

    /** Returns how long each of this many whole sessions took. */
    private static List<Duration> times(int count, Proxy proxy) throws IOException {
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long begin = System.nanoTime();
            try (Client client = proxy.connect()) {
                assertThat(client.send("GOOD").finish().rest().text()).isEqualTo("b>GOOD");
            }
            times.add(Duration.ofNanos(System.nanoTime() - begin));
        }
        return times;
    }

    private static Duration p99(List<Duration> times) {
        List<Duration> sorted = new ArrayList<>(times);
        Collections.sort(sorted);
        return sorted.get(sorted.size() * 99 / 100);
    }

    @SuppressWarnings("SystemGc") // what is garbage holds nobody's memory
    private static long usedMemory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
