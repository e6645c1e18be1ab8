package dev.refractium.server.it.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Commanded;
import dev.refractium.server.it.support.Descriptors;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.InOrder;
import dev.refractium.server.it.support.Insides;
import dev.refractium.server.it.support.RandomBytes;
import dev.refractium.server.it.support.Streams;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sessions of every shape at once, each byte checked at both ends, beside a reload a second and with a hook that is shown
 * all of it. Afterwards nothing is held that was not held before. {@code -Drefractium.full=true} makes it 2,000 sessions
 * for ten minutes.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
@Alone
class ByteExactStormIT {
    private static final Duration LENGTH = Full.is() ? Duration.ofMinutes(10) : Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LARGEST = 1 << 20;

    /** Both ends of both connections are this process's. */
    private static final int SESSIONS = Full.is() ? (int) Math.min(2_000, (Descriptors.limit() - 1_000) / 6) : 60;

    private final String io;
    private final InOrder hook = new InOrder();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<Shape, Long> ended = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong reloads = new AtomicLong();

    ByteExactStormIT(String io) {
        this.io = io;
    }

    /** What a session does. Each returns whether it went as it must; all bytes that can arrive have been checked then. */
    private enum Shape {
        UPLOAD {
            @Override
            boolean goes(Streams streams, long size, SplittableRandom random) throws IOException {
                return streams.upload(random.nextLong(), size);
            }
        },
        DOWNLOAD {
            @Override
            boolean goes(Streams streams, long size, SplittableRandom random) throws IOException {
                return streams.download(size);
            }
        },
        DOWNLOAD_AFTER_FIN {
            @Override
            boolean goes(Streams streams, long size, SplittableRandom random) throws IOException {
                try (Socket client = streams.command(Commanded.DOWNLOAD, size)) {
                    client.shutdownOutput();
                    return new RandomBytes(size).verify(client.getInputStream()) == size;
                }
            }
        },
        UPLOAD_AFTER_FIN {
            @Override
            boolean goes(Streams streams, long size, SplittableRandom random) throws IOException {
                try (Socket client = streams.command(Commanded.FIN_THEN_READ, size)) {
                    boolean atEnd = Streams.isAtEnd(client);
                    new RandomBytes(size).send(client.getOutputStream(), size);
                    client.shutdownOutput();
                    return atEnd;
                }
            }
        },
        RESET_BY_BACKEND {
            @Override
            boolean goes(Streams streams, long size, SplittableRandom random) throws IOException {
                try (Socket client = streams.command(Commanded.RESET_AFTER_FIN, size)) {
                    boolean right = new RandomBytes(size).verify(client.getInputStream(), size) == size;
                    client.shutdownOutput();
                    return right && isReset(client);
                }
            }
        },
        RESET_WHILE_UPLOADING {
            @Override
            boolean goes(Streams streams, long size, SplittableRandom random) throws IOException {
                Socket client = streams.command(Commanded.UPLOAD, size);
                new RandomBytes(size).send(client.getOutputStream(), random.nextLong(size + 1));
                return reset(client);
            }
        },
        RESET_WHILE_DOWNLOADING {
            @Override
            boolean goes(Streams streams, long size, SplittableRandom random) throws IOException {
                Socket client = streams.command(Commanded.DOWNLOAD, size);
                long read = random.nextLong(size + 1);
                boolean right = new RandomBytes(size).verify(client.getInputStream(), read) == read;
                return reset(client) && right;
            }
        };

        abstract boolean goes(Streams streams, long size, SplittableRandom random) throws IOException;

        private static boolean isReset(Socket client) throws IOException {
            try {
                client.getInputStream().read();
                return false;
            } catch (SocketException e) {
                return true;
            }
        }

        private static boolean reset(Socket client) throws IOException {
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            client.close();
            return true;
        }
    }

    @Test
    void everyByteArrivesOnceAndNothingIsLeftBehind() throws Exception {
        try (Streams streams = new Streams(
                io,
                builder -> builder.transports(Transport.TCP)
                        .maxConnections(2 * SESSIONS)
                        .maxGenerations(64)
                        .hook("in-order", hook))) {
            int clean = streams.cleanUploads();
            int descriptors = Descriptors.open();

            storm(streams);

            await().atMost(PATIENCE).until(() -> streams.proxy().live() == 0);
            assertThat(wrong).isEmpty();
            assertThat(hook.wrong()).isEmpty();
            assertThat(streams.cleanUploads() - clean).as("a reset is no FIN").isEqualTo((int) count(Shape.UPLOAD));
            assertThat(streams.ends()).isEqualTo(expectedEnds());
            assertThat(reloads.get()).isGreaterThanOrEqualTo(LENGTH.toSeconds() / 5);
            streams.assertNothingIsLeft();
            assertNothingIsHeld(streams);
            System.out.printf(
                    "byte-exact storm: %s: %d sessions at once for %d s, %d in all, %d bytes, wrong 0; ends %s; reloads %d;"
                            + " hook shown %d bytes, lost %d; descriptors %d before, %d after; %s; generations 1%n",
                    io,
                    SESSIONS,
                    LENGTH.toSeconds(),
                    expectedEnds().values().stream().mapToLong(Long::longValue).sum(),
                    bytes.get(),
                    streams.ends(),
                    reloads.get(),
                    hook.shown(),
                    hook.lost(),
                    descriptors,
                    Descriptors.open(),
                    Insides.of(streams.proxy().server()));
        }
    }

    /** Without this check a storm that leaves nothing behind would prove nothing. */
    @Test
    void heldBytesAreMeasured() throws Exception {
        try (Streams streams = new Streams(
                        io,
                        builder -> builder.route(
                                "longer", r -> r.pattern(new byte[] {'Z', 'Z'}).to("127.0.0.1:9")));
                Socket undecided = new Socket(
                        streams.address().getAddress(), streams.address().getPort())) {
            undecided.getOutputStream().write('Z');

            await().untilAsserted(() -> {
                Insides held = Insides.of(streams.proxy().server());
                assertThat(held.places()).isOne();
                assertThat(held.timeouts()).isPositive();
                assertThat(held.peekHeld()).isPositive();
            });
        }
    }

    private void storm(Streams streams) throws Exception {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1);
        clock.scheduleWithFixedDelay(() -> reload(streams), 1, 1, TimeUnit.SECONDS);
        long end = System.nanoTime() + LENGTH.toNanos();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            SplittableRandom random = new SplittableRandom(i);
            clients.add(new Thread(null, () -> sessions(streams, random, end), "storm-" + i, 256 << 10));
        }
        try {
            clients.forEach(Thread::start);
            for (Thread client : clients) {
                client.join();
            }
        } finally {
            clock.shutdown();
        }
        assertThat(clock.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
    }

    /** One session after the other, until the time is over. */
    private void sessions(Streams streams, SplittableRandom random, long end) {
        Shape[] shapes = Shape.values();
        while (System.nanoTime() < end) {
            Shape shape = shapes[random.nextInt(shapes.length)];
            // Most are small, some are much more than the sockets' buffers.
            long size = 1 + (random.nextLong(LARGEST) >> random.nextInt(16));
            try {
                if (!shape.goes(streams, size, random)) {
                    wrong.add(shape + " of " + size);
                }
            } catch (IOException | RuntimeException e) {
                wrong.add(shape + " of " + size + ": " + e);
            }
            ended.merge(shape, 1L, Long::sum);
            bytes.addAndGet(size);
        }
    }

    private void reload(Streams streams) {
        try {
            streams.proxy().server().reload();
            reloads.incrementAndGet();
        } catch (Exception e) {
            wrong.add("reload: " + e);
        }
    }

    private static void assertNothingIsHeld(Streams streams) {
        await().atMost(PATIENCE)
                .ignoreException(ConcurrentModificationException.class)
                .untilAsserted(() -> {
                    assertThat(streams.proxy().server().status().generations())
                            .as("generations that are leased or serve")
                            .hasSize(1);
                    assertThat(streams.proxy()
                                    .server()
                                    .status()
                                    .memory()
                                    .relayMemory()
                                    .held())
                            .as("relay_memory")
                            .isZero();
                    assertThat(streams.proxy().hook("in-order").memory())
                            .as("memory of the hook")
                            .isZero();
                    assertThat(Insides.of(streams.proxy().server())).isEqualTo(new Insides(0, 0, 0));
                });
    }

    private Map<String, Long> expectedEnds() {
        long byClient = count(Shape.RESET_WHILE_UPLOADING) + count(Shape.RESET_WHILE_DOWNLOADING);
        long done = count(Shape.UPLOAD)
                + count(Shape.DOWNLOAD)
                + count(Shape.DOWNLOAD_AFTER_FIN)
                + count(Shape.UPLOAD_AFTER_FIN);
        return Map.of("done", done, "client-reset", byClient, "backend-reset", count(Shape.RESET_BY_BACKEND));
    }

    private long count(Shape shape) {
        return ended.getOrDefault(shape, 0L);
    }
}
