package dev.refractium.server.hook;

import static dev.refractium.api.Direction.FROM_CLIENT;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Chunk;
import dev.refractium.api.Overflow;
import dev.refractium.api.Transport;
import dev.refractium.server.it.support.TestHook;
import dev.refractium.testkit.RecordingTap;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hooks that would rather have a session wait. The test's thread is the session's loop. */
class HoldTest extends TapsTesting {
    private static final int MEMORY = 4 << 20;
    private static final int PIECE = 64 << 10;

    private final CountDownLatch gate = new CountDownLatch(1);
    private final Loop loop = new Loop();
    private final RecordingTap tap = new RecordingTap() {
        @Override
        public void data(Chunk chunk) {
            Gates.pass(gate);
            super.data(chunk);
        }
    };

    @AfterEach
    void openGate() {
        gate.countDown();
    }

    @Test
    void sessionIsHeldBeforeLossAndReadAgainOnceItsTapHasCaughtUp() {
        LiveHook hook = start(holding(), MEMORY);
        Taps taps = requireNonNull(openIfWatched(hook, loop));
        int pieces = bringUntilHeld(taps);

        gate.countDown();
        await().until(() -> {
            loop.turn();
            return !loop.held;
        });
        taps.closed("done");

        TapsTest.awaitEnd(tap);
        assertThat(pieces).isGreaterThan(4);
        assertThat(loop.heldFor).isEqualTo(250);
        assertThat(tap.bytes(FROM_CLIENT)).hasSize(pieces * PIECE);
        assertThat(hook.counts().lostChunks()).isZero();
    }

    @Test
    void expiredHoldEndsInLoss() {
        LiveHook hook = start(holding(), MEMORY);
        Taps taps = requireNonNull(openIfWatched(hook, loop));
        bringUntilHeld(taps);

        taps.holdOver();
        assertThat(loop.held).isFalse();
        for (int i = 0; i < 50; i++) {
            bring(taps, FROM_CLIENT, new byte[PIECE]);
        }

        assertThat(loop.held).as("held again before the tap has caught up").isFalse();
        assertThat(hook.counts().lostChunks()).isPositive();
    }

    @Test
    void tapThatHasCaughtUpMayHoldAgain() {
        LiveHook hook = start(holding(), MEMORY);
        Taps taps = requireNonNull(openIfWatched(hook, loop));
        bringUntilHeld(taps);
        taps.holdOver();
        gate.countDown();
        await().until(() -> hook.counts().memory() == 0);

        for (int i = 0; i < 1_000 && hook.counts().lostChunks() == 0; i++) {
            loop.turn();
            if (!loop.held) {
                bring(taps, FROM_CLIENT, new byte[PIECE]);
            }
        }

        assertThat(hook.counts().lostChunks()).isZero();
    }

    @Test
    void failedTapReleasesItsSession() {
        RecordingTap failing = new RecordingTap() {
            @Override
            public void data(Chunk chunk) {
                Gates.pass(gate);
                throw new IllegalStateException("on purpose");
            }
        };
        LiveHook hook = start(new TestHook(session -> failing).overflow(Overflow.hold(Duration.ofMillis(250))), MEMORY);
        Taps taps = requireNonNull(openIfWatched(hook, loop));
        bringUntilHeld(taps);

        gate.countDown();

        await().until(() -> {
            loop.turn();
            return !loop.held;
        });
    }

    @Test
    void memoryTooSmallForAHoldIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(holding(), MEMORY - 1))
                .withMessage("it holds sessions rather than lose bytes, and a memory of 4194303 is too small for that;"
                        + " use 4194304 or more");
        start(holding().bytes(Set.of()), MEMORY - 1);
    }

    @Test
    void leastMemoryFitsTheLargestReadsOfTwoSessions() {
        LiveHook hook = start(holding(), MEMORY);
        Loop other = new Loop();

        bring(requireNonNull(openIfWatched(hook, loop)), FROM_CLIENT, new byte[1 << 20]);
        bring(requireNonNull(openIfWatched(hook, other)), FROM_CLIENT, new byte[1 << 20]);

        assertThat(hook.counts().lostChunks()).isZero();
        assertThat(loop.held || other.held).isTrue();
    }

    @Test
    void datagramsAreNeverHeld() {
        LiveHook hook = start(holding(), MEMORY);
        Taps taps = requireNonNull(Taps.open(List.of(hook), opening("u1", Transport.UDP), loop));

        for (int i = 0; i < 100; i++) {
            bring(taps, FROM_CLIENT, new byte[PIECE]);
        }

        assertThat(loop.held).isFalse();
        assertThat(hook.counts().lostChunks()).isPositive();
    }

    private TestHook holding() {
        return new TestHook(session -> tap).overflow(Overflow.hold(Duration.ofMillis(250)));
    }

    private int bringUntilHeld(Taps taps) {
        int pieces = 0;
        while (!loop.held) {
            bring(taps, FROM_CLIENT, new byte[PIECE]);
            pieces++;
            assertThat(pieces).isLessThan(MEMORY / PIECE);
        }
        return pieces;
    }

    /** A session's loop, as far as its taps know it. */
    private static final class Loop implements ReadControl {
        private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        boolean held;
        long heldFor;

        void turn() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }

        @Override
        public void hold(long ms) {
            assertThat(held).isFalse();
            held = true;
            heldFor = ms;
        }

        @Override
        public void resume() {
            assertThat(held).isTrue();
            held = false;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }
    }
}
