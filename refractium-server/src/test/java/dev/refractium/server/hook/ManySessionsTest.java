package dev.refractium.server.hook;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Chunk;
import dev.refractium.api.Direction;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import dev.refractium.api.Transport;
import dev.refractium.server.it.support.TestHook;
import dev.refractium.server.report.HookCounts;
import dev.refractium.testkit.RecordingTap;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * A thousand sessions on two loops, whose pieces come in a mixed order through the loops' own buffers. Each byte says
 * which session and place it is of; taps are slow now and then, and the memory is scarce.
 */
class ManySessionsTest extends TapsTesting {
    private static final int SESSIONS = 1_000;
    private static final int LOOPS = 2;
    private static final int PIECES = 60_000;
    private static final int LARGEST = 6_000;
    private static final int MEMORY = 2 << 20;

    private final Map<String, Exact> exact = new ConcurrentHashMap<>();
    private final Map<String, RecordingTap> whole = new ConcurrentHashMap<>();

    @Test
    void everyTapReceivesItsBytesInOrderAndLossIsCounted() throws Exception {
        LiveHook slow = start(new TestHook(this::slowTap), MEMORY);
        LiveHook fast =
                start(new TestHook(session -> whole.computeIfAbsent(session.id(), id -> new RecordingTap())), 1 << 30);
        AtomicLong most = new AtomicLong();
        AtomicLong brought = new AtomicLong();

        ExecutorService loops = Executors.newFixedThreadPool(LOOPS);
        List<Future<?>> runs = new ArrayList<>();
        for (int i = 0; i < LOOPS; i++) {
            int loop = i;
            runs.add(loops.submit(() -> brought.addAndGet(run(loop, List.of(slow, fast), most))));
        }
        for (Future<?> run : runs) {
            run.get(5, TimeUnit.MINUTES);
        }
        loops.shutdown();
        await().atMost(Duration.ofMinutes(5))
                .until(() -> slow.counts().memory() == 0 && fast.counts().memory() == 0);

        await().until(() ->
                exact.values().stream().allMatch(tap -> tap.recorded.end().isPresent()));
        await().until(() -> whole.values().stream().allMatch(tap -> tap.end().isPresent()));
        assertThat(exact).hasSize(SESSIONS);
        assertThat(exact.values()).allSatisfy(Exact::check);
        assertThat(whole.values()).allSatisfy(tap -> assertThat(tap.broken()).isEmpty());
        assertThat(most.get()).isLessThanOrEqualTo(MEMORY);
        HookCounts counts = slow.counts();
        assertThat(counts.bytes() + counts.lostBytes()).isEqualTo(brought.get());
        assertThat(counts.lostBytes()).as("the test must make it lose some").isPositive();
        assertThat(fast.counts().bytes()).isEqualTo(brought.get());
    }

    private long run(int loop, List<LiveHook> hooks, AtomicLong most) {
        Random random = new Random(loop);
        ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST);
        List<Driven> sessions = new ArrayList<>();
        for (int i = 0; i < SESSIONS / LOOPS; i++) {
            sessions.add(new Driven(i * LOOPS + loop, hooks));
        }
        for (int i = 0; i < PIECES / LOOPS; i++) {
            Driven session = sessions.get(random.nextInt(sessions.size()));
            session.bring(random, buffer);
            most.accumulateAndGet(hooks.get(0).counts().memory(), Math::max);
        }
        sessions.forEach(session -> session.taps.closed("done"));
        return sessions.stream().mapToLong(Driven::brought).sum();
    }

    private Tap slowTap(Session session) {
        return exact.computeIfAbsent(session.id(), Exact::new);
    }

    private static byte expected(String id, Direction direction, long offset) {
        long mixed =
                (Long.parseLong(id) << 1 | direction.compareTo(Direction.FROM_CLIENT)) * 0x9E3779B97F4A7C15L + offset;
        return (byte) ((mixed * 0xBF58476D1CE4E5B9L) >>> 56);
    }

    /** A session as its loop drives it. */
    private static final class Driven {
        private final String id;
        private final Taps taps;
        private final PerDirection read = new PerDirection(0);

        Driven(int number, List<LiveHook> hooks) {
            id = String.valueOf(number);
            taps = requireNonNull(Taps.open(hooks, opening(id, Transport.TCP), null));
        }

        long brought() {
            return read.of(Direction.FROM_CLIENT) + read.of(Direction.FROM_BACKEND);
        }

        void bring(Random random, ByteBuffer buffer) {
            Direction direction = random.nextBoolean() ? Direction.FROM_CLIENT : Direction.FROM_BACKEND;
            long from = read.of(direction);
            int length = 1 + random.nextInt(LARGEST);
            buffer.clear();
            for (int i = 0; i < length; i++) {
                buffer.put(expected(id, direction, from + i));
            }
            read.set(direction, from + length);
            taps.data(direction, buffer.flip());
        }
    }

    /** Compares each byte with what it must be at its place. */
    private static final class Exact implements Tap {
        private final String id;
        private final RecordingTap recorded = new RecordingTap();
        private final AtomicLong foreign = new AtomicLong();

        Exact(String id) {
            this.id = id;
        }

        @Override
        public void data(Chunk chunk) {
            if (chunk.offset() % 7 == 0) {
                LockSupport.parkNanos(50_000);
            }
            ByteBuffer bytes = chunk.bytes();
            for (long at = chunk.offset(); bytes.hasRemaining(); at++) {
                if (bytes.get() != expected(id, chunk.direction(), at)) {
                    foreign.incrementAndGet();
                }
            }
            recorded.data(chunk);
        }

        @Override
        public void lost(Direction direction, long bytes) {
            recorded.lost(direction, bytes);
        }

        @Override
        public void closed(SessionEnd end) {
            recorded.closed(end);
        }

        void check() {
            assertThat(foreign).hasValue(0);
            assertThat(recorded.broken()).isEmpty();
            for (Direction direction : Direction.values()) {
                assertThat(recorded.bytes(direction).length + recorded.lost(direction))
                        .isEqualTo(recorded.end().orElseThrow().bytes(direction));
            }
        }
    }
}
