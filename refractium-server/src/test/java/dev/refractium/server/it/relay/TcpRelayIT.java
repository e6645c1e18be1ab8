package dev.refractium.server.it.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Commanded;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.LoopThreads;
import dev.refractium.server.it.support.RandomBytes;
import dev.refractium.server.it.support.Streams;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The relay's correctness on either kind of sockets: every byte arrives, every end is passed on, nothing is left behind,
 * neither descriptors nor work. {@code -Drefractium.full=true} makes each row as long as it was planned.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
@Alone
class TcpRelayIT {
    private static final long MIB = 1 << 20;

    private final String io;
    private Streams streams;
    private long began;

    TcpRelayIT(String io) {
        this.io = io;
    }

    @BeforeEach
    void start() throws Exception {
        streams = new Streams(io);
        began = System.nanoTime();
    }

    @AfterEach
    void stop(TestInfo test) throws Exception {
        if (streams == null) {
            return;
        }
        try (Streams ended = streams) {
            double seconds = (System.nanoTime() - began) / 1e9;
            ended.assertNothingIsLeft();
            System.out.printf("relay: %s: %s, %.1f s%n", io, test.getDisplayName(), seconds);
        }
    }

    @Test
    void uploadsThatEndByHalfCloseArriveWhole() throws Exception {
        streams.inParallel(50, i -> streams.upload(i, 3 * MIB));
    }

    @Test
    void oneLongStreamArrivesWhole() throws Exception {
        long size = (Full.is() ? 200 : 40) * MIB;

        assertThat(streams.upload(7, size)).isTrue();
        assertThat(streams.download(size)).isTrue();
    }

    @Test
    void longStreamsBesideEachOtherArriveWhole() throws Exception {
        streams.inParallel(4, i -> streams.upload(i, (Full.is() ? 800 : 16) * MIB));
    }

    @Test
    void clientMayHalfCloseAtOnceAndThenDownload() throws Exception {
        long size = 5 * MIB;
        streams.inParallel(Full.is() ? 50 : 5, i -> {
            try (Socket client = streams.command(Commanded.DOWNLOAD, size + i)) {
                client.shutdownOutput();
                return new RandomBytes(size + i).verify(client.getInputStream()) == size + i;
            }
        });
    }

    @Test
    void manyStreamsDoNotMix() throws Exception {
        streams.inParallel(Full.is() ? 1_000 : 100, i -> streams.download(MIB + i));
    }

    @Test
    void slowReaderLosesNothing() throws Exception {
        assertThat(readSlowly(false)).isTrue();
    }

    @Test
    void halfClosedSlowReaderLosesNothing() throws Exception {
        assertThat(readSlowly(true)).isTrue();
    }

    @Test
    void resetsArePassedOnWhereverTheyHappen() throws Exception {
        int size = 200_000;
        SplittableRandom random = new SplittableRandom(42);
        int[] points = random.ints(200, 0, size).toArray();

        streams.inParallel(points.length, i -> {
            boolean down = i % 2 == 0;
            try (Socket client = streams.command(down ? Commanded.DOWNLOAD : Commanded.UPLOAD, MIB)) {
                if (down) {
                    new RandomBytes(MIB).verify(client.getInputStream(), points[i]);
                } else {
                    new RandomBytes(MIB).send(client.getOutputStream(), points[i]);
                }
                client.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            return true;
        });

        await().untilAsserted(() -> assertThat(streams.proxy().ends().getOrDefault("client-reset", 0L))
                .isGreaterThanOrEqualTo(150));
    }

    @Test
    void everyTinyExchangeIsAnswered() throws Exception {
        streams.inParallel(Full.is() ? 5_000 : 500, streams::exchange);
    }

    /** Both FINs make a hang-up that the kernel cannot be asked to keep for itself. */
    @Test
    void finishedBackendThatDoesNotReadCostsNoCpu() throws Exception {
        List<Socket> clients = new ArrayList<>();
        List<Thread> writers = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                Socket client = streams.command(Commanded.FIN_AND_DEAF, 0);
                clients.add(client);
                assertThat(Streams.isAtEnd(client)).isTrue();
                Thread writer = new Thread(() -> fill(client), "fills");
                writers.add(writer);
                writer.start();
            }
            // A write that waits means that every buffer on the way is full.
            await().until(() -> streams.served() == 8);

            double share = LoopThreads.cpuShareAtRest();

            System.out.printf("relay: %s: CPU with 8 paused, half-closed streams: %.1f %%%n", io, 100 * share);
            assertThat(share).isLessThanOrEqualTo(0.02);
            assertThat(streams.proxy().live()).isEqualTo(8);
        } finally {
            for (Socket client : clients) {
                client.close();
            }
            for (Thread writer : writers) {
                writer.join();
            }
            streams.release();
        }
    }

    /** With so small a window that the proxy has bytes all the time which the client does not take yet. */
    private boolean readSlowly(boolean halfClosed) throws Exception {
        long size = (Full.is() ? 50 : 8) * MIB;
        try (Socket client = new Socket()) {
            client.setReceiveBufferSize(4096);
            streams.command(client, Commanded.DOWNLOAD, size);
            if (halfClosed) {
                client.shutdownOutput();
            }
            return new RandomBytes(size).verify(bySmallReads(client.getInputStream())) == size;
        }
    }

    private static InputStream bySmallReads(InputStream in) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                return in.read();
            }

            @Override
            public int read(byte[] to, int from, int most) throws IOException {
                return in.read(to, from, Math.min(most, 1_000));
            }
        };
    }

    private static void fill(Socket client) {
        try {
            new RandomBytes(1).send(client.getOutputStream(), 64 * MIB);
        } catch (IOException e) {
            // The test has closed the client: the stream was never meant to arrive.
        }
    }
}
