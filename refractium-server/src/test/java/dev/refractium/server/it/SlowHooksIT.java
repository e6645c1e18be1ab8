package dev.refractium.server.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Chunk;
import dev.refractium.api.Direction;
import dev.refractium.api.Hook;
import dev.refractium.api.Overflow;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What hooks that are slow, or never come back, cost the sessions that they watch. */
@Alone
class SlowHooksIT {
    private static final long MEMORY = 16 << 20;
    private static final int ROUNDS = Full.is() ? 15 : 5;
    private static final long SIZE = Full.is() ? 2L << 30 : 192 << 20;

    private final CountDownLatch gate = new CountDownLatch(1);

    @Test
    void aHookThatSleepsForEverDoesNotSlowTheRelay() throws Exception {
        byte[] block = new byte[256 << 10];
        try (TestBackend backend = TestBackend.serving(socket -> {
                    if (socket.getInputStream().read() >= 0) {
                        for (long sent = 0; sent < SIZE; sent += block.length) {
                            socket.getOutputStream().write(block);
                        }
                    }
                });
                Proxy plain = Proxy.of(builder(backend), backend);
                Proxy watched = Proxy.of(builder(backend).hook("asleep", new Blocking(Overflow.drop())), backend)) {
            download(plain);
            download(watched);
            double[] ratios = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                // Whoever comes second may find the machine in another state.
                double first = download(round % 2 == 0 ? plain : watched);
                double second = download(round % 2 == 0 ? watched : plain);
                ratios[round] = round % 2 == 0 ? second / first : first / second;
                assertThat(watched.hook("asleep").memory()).isBetween(1L << 20, MEMORY);
            }
            gate.countDown();

            Arrays.sort(ratios);
            double median = ratios[ROUNDS / 2];
            System.out.printf(
                    "hooks: throughput with a hook that sleeps, over that without: %.3f (%.3f to %.3f), %d MiB %d times%n",
                    median, ratios[0], ratios[ROUNDS - 1], SIZE >> 20, ROUNDS);
            assertThat(median).isGreaterThan(Full.is() ? 0.95 : 0.7);
            assertThat(watched.hook("asleep").lostBytes()).isGreaterThan(ROUNDS * SIZE / 2);
        }
    }

    @Test
    void aSessionThatAHookHoldsIsNotIdle() throws Exception {
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
                                .hook("holding", new Blocking(Overflow.hold(Duration.ofSeconds(30)))),
                        backend);
                Socket held = new Socket(proxy.tcp().getAddress(), proxy.tcp().getPort())) {
            CompletableFuture<Long> received = CompletableFuture.supplyAsync(() -> read(held, size));
            held.getOutputStream().write('A');
            // Half of the hook's memory is all that one session may have, less a read of 1 MiB both times: it is held.
            await().until(() -> proxy.hook("holding").memory() > (MEMORY - (1 << 20)) / 2 - 128);

            try (Client idle = proxy.connect().send("B")) {
                assertThat(idle.rest().ending()).isEqualTo(Client.Ending.RESET);
            }
            assertThat(proxy.ends()).isEqualTo(Map.of("idle", 1L));
            assertThat(received).isNotDone();
            gate.countDown();

            assertThat(received.get(20, TimeUnit.SECONDS)).isEqualTo(size);
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

    /** In bytes a second. */
    private static double download(Proxy proxy) throws IOException {
        long began = System.nanoTime();
        try (Socket client = new Socket(proxy.tcp().getAddress(), proxy.tcp().getPort())) {
            client.getOutputStream().write(1);
            assertThat(read(client, SIZE)).isEqualTo(SIZE);
        }
        return SIZE * 1e9 / (System.nanoTime() - began);
    }

    private static RefractiumBuilder builder(TestBackend backend) {
        return Proxy.builder().fallback(Transport.TCP, backend.address());
    }

    /** Wants everything and takes nothing until the gate is open. */
    private final class Blocking implements Hook {
        private final Overflow overflow;

        Blocking(Overflow overflow) {
            this.overflow = overflow;
        }

        @Override
        public String name() {
            return "blocking";
        }

        @Override
        public Set<Direction> bytes() {
            return EnumSet.allOf(Direction.class);
        }

        @Override
        public Overflow overflow() {
            return overflow;
        }

        @Override
        public Tap open(Session session) {
            return new Tap() {
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
            };
        }
    }
}
