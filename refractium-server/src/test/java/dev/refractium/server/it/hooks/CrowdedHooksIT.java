package dev.refractium.server.it.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Chunk;
import dev.refractium.api.Direction;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import dev.refractium.api.Transport;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.RandomBytes;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestHook;
import dev.refractium.server.report.HookCounts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Many sessions at once, each with bytes of its own, before a hook that is behind. */
class CrowdedHooksIT {
    private static final int SESSIONS = 1_000;
    private static final int PIECES = 8;
    private static final int LARGEST = 3_000;

    private final CountDownLatch ended = new CountDownLatch(SESSIONS);
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicLong seen = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();

    @Test
    void everyTapReceivesTheBytesOfItsOwnSessionOnly() throws Exception {
        List<Mixed> clients = new ArrayList<>();
        long sent = 0;
        try (TestBackend backend =
                        TestBackend.serving(socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
                Proxy proxy = Proxy.of(
                        Proxy.builder()
                                .maxConnections(SESSIONS + 100)
                                .fallback(Transport.TCP, backend.address())
                                .hook("behind", new TestHook(Comparing::new)),
                        backend)) {
            for (int i = 0; i < SESSIONS; i++) {
                clients.add(new Mixed(proxy.tcp()));
            }
            Random random = new Random(6);
            for (int piece = 0; piece < PIECES; piece++) {
                for (Mixed client : clients) {
                    client.send(1 + random.nextInt(LARGEST));
                }
                for (Mixed client : clients) {
                    client.receive();
                }
            }
            for (Mixed client : clients) {
                sent += client.sent;
                client.channel.close();
            }

            assertThat(ended.await(2, TimeUnit.MINUTES)).isTrue();
            assertThat(wrong).isEmpty();
            assertThat(seen.get() + lost.get()).as("both ways").isEqualTo(2 * sent);
            HookCounts counts = proxy.hook("behind");
            assertThat(counts.bytes()).isEqualTo(seen.get());
            assertThat(counts.lostBytes()).isEqualTo(lost.get());
            System.out.printf("hooks: %d sessions, %d bytes seen, %d lost%n", SESSIONS, seen.get(), lost.get());
        }
    }

    /** The bytes of a client, both ways, by its port. Neighbours must not have each other's, moved by a few places. */
    private static RandomBytes bytesOf(InetSocketAddress client) {
        return new RandomBytes(client.getPort() * 1_000_003L);
    }

    /** A client that is sent back what it sends. */
    private static final class Mixed {
        private final SocketChannel channel;
        private final RandomBytes bytes;
        private final ByteBuffer buffer = ByteBuffer.allocate(LARGEST);
        private long sent;

        Mixed(InetSocketAddress proxy) throws IOException {
            channel = SocketChannel.open(proxy);
            bytes = bytesOf((InetSocketAddress) channel.getLocalAddress());
        }

        void send(int length) throws IOException {
            bytes.fill(buffer.clear().limit(length), sent);
            buffer.flip();
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }

        void receive() throws IOException {
            buffer.flip();
            while (buffer.hasRemaining()) {
                assertThat(channel.read(buffer)).isPositive();
            }
            assertThat(bytes.are(buffer.flip(), sent)).isTrue();
            sent += buffer.limit();
        }
    }

    /** Takes its time now and then. */
    private final class Comparing implements Tap {
        private final String id;
        private final RandomBytes right;
        private final Map<Direction, Long> at = new EnumMap<>(Direction.class);

        Comparing(Session session) {
            id = session.id();
            right = bytesOf((InetSocketAddress) session.client());
        }

        @Override
        public void data(Chunk chunk) {
            if (chunk.offset() % 8 == 0) {
                LockSupport.parkNanos(200_000);
            }
            int length = chunk.bytes().remaining();
            if (chunk.offset() != advance(chunk.direction(), length)) {
                wrong.add(id + " " + chunk.direction() + " is out of order at " + chunk.offset());
            }
            if (!right.are(chunk.bytes(), chunk.offset())) {
                wrong.add(id + " " + chunk.direction() + " has foreign bytes at " + chunk.offset());
            }
            seen.addAndGet(length);
        }

        @Override
        public void lost(Direction direction, long bytes) {
            advance(direction, bytes);
            lost.addAndGet(bytes);
        }

        @Override
        public void closed(SessionEnd end) {
            for (Direction direction : Direction.values()) {
                if (advance(direction, 0) != end.bytes(direction)) {
                    wrong.add(id + " " + direction + " is not complete");
                }
            }
            ended.countDown();
        }

        /** Where the direction stood. */
        private long advance(Direction direction, long length) {
            return at.merge(direction, length, Long::sum) - length;
        }
    }
}
