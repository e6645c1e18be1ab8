package dev.refractium.server.it.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Chunk;
import dev.refractium.api.Overflow;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Attempts;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.LoopThreads;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestHook;
import dev.refractium.server.report.HookCounts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The cost of slow hooks, and of hooks that never return, for the sessions that they watch. */
@Alone
class SlowHooksIT {
    private static final long MEMORY = 16 << 20;
    private static final int WARM_UP = 20;
    private static final int PAIRS = Full.is() ? 1_000 : 60;

    /** So little that whatever else the machine does meets both downloads of a pair. */
    private static final int SIZE = 8 << 20;

    private final CountDownLatch gate = new CountDownLatch(1);

    /** Both sessions are one loop's, with one buffer: the hook is all that they differ in. */
    @Test
    void hookThatSleepsForEverDoesNotSlowTheRelay() throws Exception {
        try (TestBackend backend = TestBackend.serving(SlowHooksIT::serveDownloads);
                Proxy proxy = Proxy.of(
                        Proxy.builder()
                                .threads(1)
                                .route("plain", r -> r.pattern(new byte[] {'P'}).to(backend.address()))
                                .route(
                                        "watched",
                                        r -> r.pattern(new byte[] {'W'})
                                                .hook("asleep", blocking(Overflow.drop()))
                                                .to(backend.address())),
                        backend);
                Socket plain = connect(proxy, 'P');
                Socket watched = connect(proxy, 'W')) {
            double bound = Full.is() ? 1.05 : 1.5;
            Cost ratio = Attempts.untilGood(
                    () -> ratio(plain, watched), measured -> measured.cpu() < bound && measured.time() < bound);
            HookCounts asleep = proxy.hook("asleep");
            gate.countDown();

            System.out.printf(
                    "hooks: with one that sleeps, over without: CPU of the loop %.3f, time %.3f; medians of %d pairs of %d MiB%n",
                    ratio.cpu(), ratio.time(), PAIRS, SIZE >> 20);
            assertThat(ratio.cpu()).isLessThan(bound);
            assertThat(ratio.time()).isLessThan(bound);
            assertThat(asleep.memory()).isBetween(MEMORY / 4, MEMORY);
            assertThat(asleep.lostBytes()).isGreaterThan((long) (WARM_UP + PAIRS) * SIZE - MEMORY);
        }
    }

    @Test
    void sessionHeldByAHookIsNotIdle() throws Exception {
        int size = 24 << 20;
        try (TestBackend backend = TestBackend.serving(socket -> {
                    if (socket.getInputStream().read() == 'A') {
                        socket.getOutputStream().write(new byte[size]);
                    }
                    socket.getInputStream().read();
                });
                Proxy proxy = Proxy.of(
                        builder(backend)
                                .idleTimeout(Duration.ofMillis(300))
                                .hook("holding", blocking(Overflow.hold(Duration.ofSeconds(30)))),
                        backend);
                Socket held = new Socket(proxy.tcp().getAddress(), proxy.tcp().getPort())) {
            CompletableFuture<Long> received = CompletableFuture.supplyAsync(() -> read(held, size));
            held.getOutputStream().write('A');
            // Half of the hook's memory is all that one session may have, less a read of 1 MiB both times: it is held.
            await().until(() -> proxy.hook("holding").memory() > (MEMORY - (1 << 20)) / 2 - 128);

            try (Client idle = proxy.connect().send("B")) {
                assertThat(idle.rest().ending()).isEqualTo(Client.Ending.RESET);
            }
            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("idle", 1L)));
            assertThat(received).isNotDone();
            gate.countDown();

            assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(size);
            held.shutdownOutput();
            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("idle", 1L, "done", 1L)));
            assertThat(proxy.hook("holding").lostBytes()).isZero();
        }
    }

    private static long read(Socket client, long most) {
        byte[] buffer = new byte[1 << 20];
        long seen = 0;
        try {
            InputStream in = client.getInputStream();
            for (int n = in.read(buffer); n >= 0; n = seen < most ? in.read(buffer) : -1) {
                seen += n;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return seen;
    }

    /** One for each byte, after the first. */
    private static void serveDownloads(Socket peer) throws IOException {
        byte[] download = new byte[SIZE];
        InputStream in = peer.getInputStream();
        in.read();
        while (in.read() >= 0) {
            peer.getOutputStream().write(download);
        }
    }

    private static Socket connect(Proxy proxy, char first) throws IOException {
        Socket client = new Socket(proxy.tcp().getAddress(), proxy.tcp().getPort());
        client.setTcpNoDelay(true);
        client.getOutputStream().write(first);
        return client;
    }

    private static Cost download(Socket client) throws IOException {
        long cpu = LoopThreads.cpuNanos();
        long began = System.nanoTime();
        client.getOutputStream().write(1);
        assertThat(read(client, SIZE)).isEqualTo(SIZE);
        return new Cost(LoopThreads.cpuNanos() - cpu, System.nanoTime() - began);
    }

    /** The cost of a watched download relative to a plain one: medians of many pairs. */
    private static Cost ratio(Socket plain, Socket watched) throws IOException {
        double[] cpu = new double[PAIRS];
        double[] time = new double[PAIRS];
        for (int i = -WARM_UP; i < PAIRS; i++) {
            // The second of a pair may find the machine in another state.
            boolean plainFirst = i % 2 == 0;
            Cost first = download(plainFirst ? plain : watched);
            Cost second = download(plainFirst ? watched : plain);
            if (i >= 0) {
                cpu[i] = plainFirst ? second.cpu() / first.cpu() : first.cpu() / second.cpu();
                time[i] = plainFirst ? second.time() / first.time() : first.time() / second.time();
            }
        }
        return new Cost(median(cpu), median(time));
    }

    private static double median(double[] ratios) {
        Arrays.sort(ratios);
        return ratios[ratios.length / 2];
    }

    private static RefractiumBuilder builder(TestBackend backend) {
        return Proxy.builder().fallback(Transport.TCP, backend.address());
    }

    /** Of a download, in nanoseconds, or over another's. */
    private record Cost(double cpu, double time) {}

    /** Returns a hook that takes nothing until the gate is open. */
    private TestHook blocking(Overflow overflow) {
        return new TestHook(session -> new Blocked()).overflow(overflow);
    }

    private final class Blocked implements Tap {
        @Override
        public void data(Chunk chunk) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("the test is over", e);
            }
        }

        @Override
        public void closed(SessionEnd end) {}
    }
}
