package dev.refractium.server.it.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Commanded;
import dev.refractium.server.it.support.LoopThreads;
import dev.refractium.server.it.support.RandomBytes;
import dev.refractium.server.it.support.Streams;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** One direction ends while the other goes on, or breaks. */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
class HalfCloseIT {
    private static final int SIZE = 3 << 20;

    private final String io;
    private Streams streams;

    HalfCloseIT(String io) {
        this.io = io;
    }

    @BeforeEach
    void start() throws Exception {
        streams = new Streams(io, builder -> builder.halfCloseTimeout(Duration.ofSeconds(5)));
    }

    @AfterEach
    void stop() throws Exception {
        if (streams != null) {
            try (Streams ended = streams) {
                ended.assertNothingIsLeft();
            }
        }
    }

    @Test
    void clientThatFinishesFirstStillReads() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (Socket client = streams.command(Commanded.DOWNLOAD, SIZE + i)) {
                client.shutdownOutput();
                assertThat(new RandomBytes(SIZE + i).verify(client.getInputStream()))
                        .isEqualTo(SIZE + i);
            }
        }
        awaitEnds(Map.of("done", 20L));
    }

    @Test
    void clientWhoseServerFinishesFirstStillWrites() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (Socket client = streams.command(Commanded.FIN_THEN_READ, SIZE + i)) {
                assertThat(Streams.isAtEnd(client)).isTrue();
                new RandomBytes(SIZE + i).send(client.getOutputStream(), SIZE + i);
                client.shutdownOutput();
            }
        }
        // A backend that misses a byte resets.
        awaitEnds(Map.of("done", 20L));
    }

    @Test
    void resetAfterTheClientsFinReachesAWritingBackend() throws Exception {
        for (int i = 0; i < 20; i++) {
            Socket client = streams.command(Commanded.DOWNLOAD, 1L << 40);
            client.shutdownOutput();
            assertThat(new RandomBytes(1L << 40).verify(client.getInputStream(), 100_000))
                    .isEqualTo(100_000);
            reset(client);
        }
        awaitEnds(Map.of("client-reset", 20L));
    }

    /** The shape of CVE-2026-42577: no read or write is due that would report the reset. */
    @Test
    void resetAfterAnUnansweredFinEndsTheSessionWithoutCpu() throws Exception {
        for (int i = 0; i < 16; i++) {
            Socket client = streams.command(Commanded.WAIT, 0);
            client.shutdownOutput();
            await().until(() -> streams.served() > 0);
            reset(client);
        }

        double share = LoopThreads.cpuShareAtRest();

        assertThat(share).isLessThanOrEqualTo(0.02);
        streams.release();
        await().until(() -> streams.proxy().live() == 0);
        assertThat(streams.ends().keySet()).isSubsetOf("client-reset", "half-close-timeout");
    }

    @Test
    void resetAfterAnAnsweredFinFollowsTheAnswer() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (Socket client = streams.command(Commanded.RESET_AFTER_FIN, SIZE + i)) {
                assertThat(new RandomBytes(SIZE + i).verify(client.getInputStream(), SIZE + i))
                        .isEqualTo(SIZE + i);

                client.shutdownOutput();

                assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            }
        }
        awaitEnds(Map.of("backend-reset", 20L));
    }

    /** A backend that saw a FIN would take the upload for a whole one. */
    @Test
    void resetIsNeverPassedOnAsAFin() throws Exception {
        int clean = streams.cleanUploads();

        for (int i = 0; i < 200; i++) {
            Socket client = streams.command(Commanded.UPLOAD, i);
            new RandomBytes(i).send(client.getOutputStream(), 1_000L * (1 + i % 50));
            reset(client);
        }
        await().until(() -> streams.proxy().live() == 0 && streams.served() == 0);

        assertThat(streams.cleanUploads()).isEqualTo(clean);
    }

    private void awaitEnds(Map<String, Long> counts) {
        await().until(() -> streams.proxy().live() == 0);
        // The first exchange was the fixture's own.
        assertThat(streams.ends()).isEqualTo(counts);
    }

    private static void reset(Socket client) throws Exception {
        client.setOption(StandardSocketOptions.SO_LINGER, 0);
        client.close();
    }
}
