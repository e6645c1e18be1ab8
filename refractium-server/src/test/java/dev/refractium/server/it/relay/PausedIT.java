package dev.refractium.server.it.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Commanded;
import dev.refractium.server.it.support.LoopThreads;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.Streams;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sides that are not read for now, since the other side takes nothing or there is no memory to read with. */
class PausedIT {
    private static final int CROWD = 40;
    private static final Duration SOON = Duration.ofSeconds(2);

    private final Commanded commanded = new Commanded();

    @AfterEach
    void release() {
        commanded.release();
    }

    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void clientsThatDoNotReadTimeOutAlsoWithoutRelayMemory(String io) throws Exception {
        List<Socket> crowd = new ArrayList<>();
        try (TestBackend backend = TestBackend.serving(commanded);
                Proxy proxy = Proxy.of(server(io, backend).relayMemory(1 << 20).stallTimeout(SOON), backend)) {
            for (int i = 0; i < CROWD; i++) {
                Socket client = new Socket();
                client.setReceiveBufferSize(4096);
                client.connect(proxy.tcp());
                crowd.add(client);
                Commanded.tell(client, Commanded.DOWNLOAD, 1L << 40);
            }
            await().until(() -> proxy.server().status().memory().relayMemory().held() > (1 << 19));

            await().atMost(Proxy.NEVER)
                    .untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("stalled", (long) CROWD)));

            assertThat(proxy.server().status().memory().relayMemory().held()).isZero();
        } finally {
            for (Socket client : crowd) {
                client.close();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void resetOfAClientWithAPausedUploadEndsItsSession(String io) throws Exception {
        boolean atOnce = io.equals("epoll");
        Duration stall = atOnce ? Proxy.NEVER.multipliedBy(2) : SOON;
        try (TestBackend backend = TestBackend.serving(commanded);
                Proxy proxy = Proxy.of(server(io, backend).stallTimeout(stall), backend)) {
            SocketChannel client = SocketChannel.open(proxy.tcp());
            Commanded.tell(client.socket(), Commanded.WAIT, 0);
            client.configureBlocking(false);
            await().until(() -> {
                client.write(ByteBuffer.allocate(1 << 20));
                return proxy.server().status().memory().relayMemory().held() > 0;
            });

            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            client.close();

            String end = atOnce ? "client-reset" : "stalled";
            await().atMost(Proxy.NEVER)
                    .untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of(end, 1L)));
        }
    }

    /** Both FINs make a hang-up, which is no error. */
    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void uploadPausedBehindBothFinsIsDelivered(String io) throws Exception {
        CompletableFuture<Long> read = new CompletableFuture<>();
        CountDownLatch begin = new CountDownLatch(1);
        byte[] piece = new byte[64 << 10];
        try (TestBackend backend = TestBackend.serving(peer -> {
                    if (peer.getInputStream().read() > 0) {
                        peer.shutdownOutput();
                        awaitUnchecked(begin);
                        read.complete(peer.getInputStream().transferTo(OutputStream.nullOutputStream()));
                    }
                });
                Proxy proxy = Proxy.of(server(io, backend), backend);
                Socket client = new Socket(proxy.tcp().getAddress(), proxy.tcp().getPort())) {
            client.getOutputStream().write(Commanded.UPLOAD);
            assertThat(Streams.isAtEnd(client)).isTrue();
            long sent = 0;
            while (proxy.server().status().memory().relayMemory().held() == 0) {
                client.getOutputStream().write(piece);
                sent += piece.length;
            }
            client.shutdownOutput();

            assertThat(LoopThreads.cpuShareAtRest()).as("share of a core").isLessThanOrEqualTo(0.02);
            assertThat(proxy.live()).isEqualTo(1);
            begin.countDown();

            assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo(sent);
            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("done", 1L)));
        }
    }

    private static void awaitUnchecked(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static RefractiumBuilder server(String io, TestBackend backend) {
        return Proxy.builder()
                .io(TestedIo.usable(io))
                .threads(1)
                .peekTimeout(Duration.ofSeconds(30))
                .silenceTimeout(Duration.ofSeconds(20))
                .route("test", route -> {
                    Commanded.letters().chars().forEach(letter -> route.pattern(new byte[] {(byte) letter}));
                    return route.to(backend.address());
                });
    }
}
