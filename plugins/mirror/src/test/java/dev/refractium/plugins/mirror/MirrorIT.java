package dev.refractium.plugins.mirror;

import static dev.refractium.api.Direction.FROM_CLIENT;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Chunk;
import dev.refractium.api.Direction;
import dev.refractium.api.Hook;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import dev.refractium.api.Transport;
import dev.refractium.testkit.FakeSession;
import dev.refractium.testkit.FakeSettings;
import dev.refractium.testkit.Tapping;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MirrorIT {
    private static final int TIMEOUT_MS = 20_000;

    private final List<Hook> hooks = new ArrayList<>();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setSoTimeout(TIMEOUT_MS);
    }

    @AfterEach
    void close() throws IOException {
        hooks.forEach(Hook::close);
        server.close();
    }

    @Test
    void theOtherBackendReceivesExactlyTheClientsBytesAndTheirEnd() throws IOException {
        byte[] stream = new byte[3_000_000];
        new Random(1).nextBytes(stream);
        Tapping tapping = Tapping.open(mirror(16 << 20), FakeSession.tcp());

        for (int at = 0; at < stream.length; at += 10_000) {
            tapping.data(FROM_CLIENT, Arrays.copyOfRange(stream, at, at + 10_000));
            tapping.fromBackend("not for the mirror");
        }
        tapping.end("done");

        try (Socket mirrored = accept()) {
            mirrored.getOutputStream()
                    .write("an answer that nobody reads".repeat(10_000).getBytes(US_ASCII));
            assertThat(mirrored.getInputStream().readAllBytes()).isEqualTo(stream);
        }
    }

    @Test
    void anUploadArrivesWholeByDefaultThoughTheOtherBackendReadsInPieces() throws IOException {
        byte[] stream = new byte[3_000_000];
        new Random(2).nextBytes(stream);
        server.close();
        server = new ServerSocket();
        server.setReceiveBufferSize(4_096);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server.setSoTimeout(TIMEOUT_MS);
        Tapping tapping = Tapping.open(configured(FakeSettings.of("to", address())), FakeSession.tcp());

        try (Socket mirrored = accept()) {
            tapping.data(FROM_CLIENT, Arrays.copyOf(stream, 1_000_000));
            byte[] first = mirrored.getInputStream().readNBytes(1_000);
            tapping.data(FROM_CLIENT, Arrays.copyOfRange(stream, 1_000_000, stream.length));
            tapping.end("done");

            assertThat(first).isEqualTo(Arrays.copyOf(stream, 1_000));
            assertThat(mirrored.getInputStream().readAllBytes())
                    .isEqualTo(Arrays.copyOfRange(stream, 1_000, stream.length));
        }
    }

    @Test
    void aSessionThatNoThreadCanBeStartedForGivesItsPlaceBackAndTheNextIsMirrored() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        Target target = new Target("127.0.0.1", server.getLocalPort());
        Memory memory = new Memory(1 << 20, 1 << 20);
        Mirror mirror = new Mirror(target, 1, memory, task -> {
            if (asked.getAndIncrement() == 0) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return new Thread(task, "refractium-mirror");
        });
        SessionEnd end = Tapping.open(new MirrorHook(), FakeSession.tcp()).end("done");

        mirror.open(Transport.TCP).closed(end);
        assertThat(mirror.open()).isZero();
        Tap next = mirror.open(Transport.TCP);
        next.data(new Piece("hello"));
        next.closed(end);

        try (Socket mirrored = accept()) {
            assertThat(mirrored.getInputStream().readAllBytes())
                    .asString(US_ASCII)
                    .isEqualTo("hello");
        }
        await().until(() -> mirror.open() == 0 && memory.used() == 0);
        mirror.close();
    }

    @Test
    void theMemoryOfConnectionsThatAreCutIsGivenBack() throws IOException {
        Memory memory = new Memory(1 << 20, Long.MAX_VALUE);
        Mirror mirror = new Mirror(new Target("127.0.0.1", server.getLocalPort()), 2, memory);
        Tap tap = mirror.open(Transport.TCP);

        try (Socket mirrored = accept()) {
            for (int i = 0; i < 400; i++) {
                tap.data(new Piece("x".repeat(100_000)));
            }
            assertThatThrownBy(() -> mirrored.getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
        }

        await().until(() -> mirror.open() == 0 && memory.used() == 0);
        mirror.close();
    }

    @Test
    void aBackendThatEndsItsAnswersFirstStillReceives() throws IOException {
        Tapping tapping = Tapping.open(mirror(1 << 20), FakeSession.tcp()).fromClient("one ");

        try (Socket mirrored = accept()) {
            mirrored.shutdownOutput();
            assertThat(mirrored.getInputStream().readNBytes(4))
                    .asString(US_ASCII)
                    .isEqualTo("one ");
            tapping.fromClient("two").end("done");
            assertThat(mirrored.getInputStream().readAllBytes())
                    .asString(US_ASCII)
                    .isEqualTo("two");
        }
    }

    @Test
    void aBackendThatDoesNotReadIsCutAndHoldsNobodyUp() throws IOException {
        Tapping tapping = Tapping.open(mirror(1 << 20), FakeSession.tcp());
        byte[] piece = new byte[100_000];

        try (Socket mirrored = accept()) {
            for (int i = 0; i < 400; i++) {
                tapping.data(FROM_CLIENT, piece);
            }
            tapping.end("done");
            assertThatThrownBy(() -> mirrored.getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aStreamWithAGapIsCut() throws IOException {
        Tapping tapping = Tapping.open(mirror(1 << 20), FakeSession.tcp()).fromClient("begin");

        try (Socket mirrored = accept()) {
            assertThat(mirrored.getInputStream().readNBytes(5))
                    .asString(US_ASCII)
                    .isEqualTo("begin");
            tapping.lost(FROM_CLIENT, 10).fromClient("end").end("done");
            assertThatThrownBy(() -> mirrored.getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aBackendThatIsDownIsNotFelt() throws IOException {
        int port = server.getLocalPort();
        server.close();
        Mirror mirror = new Mirror(new Target("127.0.0.1", port), 1, new Memory(1 << 20, 1 << 20));
        SessionEnd end = Tapping.open(new MirrorHook(), FakeSession.tcp()).end("done");

        for (int i = 0; i < 20; i++) {
            Tap tap = mirror.open(Transport.TCP);
            tap.closed(end);
            await().pollInterval(Duration.ofMillis(5)).until(() -> mirror.open() == 0);
        }

        mirror.close();
    }

    @Test
    void noMoreThanSoManySessionsAreMirrored() {
        Hook hook = configured(FakeSettings.of("to", address()).and("max_sessions", 1L));

        Tapping first = Tapping.open(hook, FakeSession.tcp());
        Tapping second = Tapping.open(hook, FakeSession.tcp());

        assertThat(first.isTapped()).isTrue();
        assertThat(second.isTapped()).isFalse();
    }

    @Test
    void datagramsArriveOneByOneAndEmptyOnesToo() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            socket.setSoTimeout(TIMEOUT_MS);
            Hook hook = configured(FakeSettings.of("to", "127.0.0.1:" + socket.getLocalPort()));

            Tapping.open(hook, FakeSession.udp())
                    .fromClient("first")
                    .fromClient("")
                    .lost(FROM_CLIENT, 4)
                    .fromClient("third")
                    .end("idle");

            assertThat(receive(socket)).isEqualTo("first");
            assertThat(receive(socket)).isEmpty();
            assertThat(receive(socket)).isEqualTo("third");
        }
    }

    @Test
    void closingEndsItsThreadAndItsConnections() throws IOException {
        Hook hook = mirror(1 << 20);
        Tapping.open(hook, FakeSession.tcp()).fromClient("hello");

        try (Socket mirrored = accept()) {
            assertThat(mirrored.getInputStream().readNBytes(5)).hasSize(5);
            hook.close();
            assertThatThrownBy(() -> mirrored.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("refractium-mirror")));
    }

    /** A chunk of the client's. */
    private record Piece(String text) implements Chunk {
        @Override
        public Direction direction() {
            return FROM_CLIENT;
        }

        @Override
        public ByteBuffer bytes() {
            return ByteBuffer.wrap(text.getBytes(US_ASCII)).asReadOnlyBuffer();
        }

        @Override
        public long offset() {
            return 0;
        }

        @Override
        public Instant at() {
            return Instant.EPOCH;
        }
    }

    private Hook mirror(long buffer) {
        return configured(FakeSettings.of("to", address()).and("buffer", buffer));
    }

    private Hook configured(FakeSettings settings) {
        Hook hook = new MirrorHook().configured(settings);
        assertThat(settings.problems()).isEmpty();
        assertThat(settings.unknown()).isEmpty();
        hooks.add(hook);
        return hook;
    }

    private String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    private Socket accept() throws IOException {
        Socket accepted = server.accept();
        accepted.setSoTimeout(TIMEOUT_MS);
        return accepted;
    }

    private static String receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), US_ASCII);
    }
}
