package dev.refractium.server.hook;

import static dev.refractium.api.Direction.FROM_BACKEND;
import static dev.refractium.api.Direction.FROM_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Chunk;
import dev.refractium.server.it.support.TestHook;
import dev.refractium.testkit.RecordingTap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hooks that block: what they cost is bounded, counted and theirs alone. */
class SlowTapsTest extends TapsTesting {
    private static final int MEMORY = 1 << 20;
    private static final int PIECE = 16 << 10;

    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void openGate() {
        gate.countDown();
    }

    @Test
    void chunksWithoutRoomAreLostWholeAndReportedAtTheirPlace() {
        RecordingTap tap = new Gated();
        LiveHook hook = start(new TestHook(session -> tap), MEMORY);
        Taps taps = open(hook);

        long most = 0;
        for (int i = 0; i < 400; i++) {
            bring(taps, i % 2 == 0 ? FROM_CLIENT : FROM_BACKEND, new byte[PIECE]);
            most = Math.max(most, hook.counts().memory());
        }
        gate.countDown();
        await().until(() -> hook.counts().memory() == 0);
        bring(taps, FROM_CLIENT, new byte[PIECE]);
        taps.closed("done");

        TapsTest.awaitEnd(tap);
        assertThat(most).isBetween(MEMORY / 3L, (long) MEMORY);
        assertThat(tap.broken()).isEmpty();
        assertThat(tap.lost(FROM_CLIENT)).isPositive();
        assertThat(tap.bytes(FROM_CLIENT).length + tap.lost(FROM_CLIENT)).isEqualTo(201L * PIECE);
        assertThat(tap.bytes(FROM_BACKEND).length + tap.lost(FROM_BACKEND)).isEqualTo(200L * PIECE);
        assertThat(hook.counts().lostBytes()).isEqualTo(tap.lost(FROM_CLIENT) + tap.lost(FROM_BACKEND));
        assertThat(hook.counts().lostChunks() + hook.counts().chunks()).isEqualTo(401);
    }

    @Test
    void lossAtTheEndIsReportedBeforeTheEnd() {
        RecordingTap tap = new Gated();
        Taps taps = open(start(new TestHook(session -> tap), MEMORY));

        for (int i = 0; i < 100; i++) {
            bring(taps, FROM_CLIENT, new byte[PIECE]);
        }
        taps.closed("done");
        gate.countDown();

        TapsTest.awaitEnd(tap);
        List<String> calls = tap.calls();
        assertThat(calls.get(calls.size() - 2)).startsWith("lost FROM_CLIENT ");
        assertThat(calls.get(calls.size() - 1)).isEqualTo("closed done");
        assertThat(tap.bytes(FROM_CLIENT).length + tap.lost(FROM_CLIENT)).isEqualTo(100L * PIECE);
    }

    @Test
    void singleBytesCountWithTheirOverhead() {
        LiveHook hook = start(new TestHook(session -> new Gated()), MEMORY);
        Taps taps = open(hook);

        for (int i = 0; i < MEMORY; i++) {
            bring(taps, FROM_CLIENT, new byte[1]);
        }

        assertThat(hook.counts().memory()).isLessThanOrEqualTo(MEMORY);
        assertThat(hook.counts().lostChunks()).isGreaterThan(MEMORY - MEMORY / 128);
    }

    @Test
    void greedySessionLeavesRoomForTheNext() {
        AtomicInteger opened = new AtomicInteger();
        RecordingTap modest = new Gated();
        LiveHook hook = start(new TestHook(session -> opened.getAndIncrement() == 0 ? new Gated() : modest), MEMORY);
        Taps greedy = open(hook);
        await().until(() -> opened.get() == 1);
        for (int i = 0; i < 100; i++) {
            bring(greedy, FROM_CLIENT, new byte[PIECE]);
        }

        Taps other = open(hook);
        for (int i = 0; i < 4; i++) {
            bring(other, FROM_CLIENT, new byte[PIECE]);
        }
        other.closed("done");
        gate.countDown();

        TapsTest.awaitEnd(modest);
        assertThat(modest.lost(FROM_CLIENT)).isZero();
    }

    @Test
    void blockedHookCostsNoOtherHook() {
        RecordingTap tap = new RecordingTap();
        LiveHook blocked = start(new TestHook(session -> new Gated()), MEMORY);
        Taps taps = open(blocked, start(new TestHook(session -> tap)));

        for (int i = 0; i < 200; i++) {
            bring(taps, FROM_CLIENT, new byte[PIECE]);
        }
        taps.closed("done");

        TapsTest.awaitEnd(tap);
        assertThat(tap.bytes(FROM_CLIENT)).hasSize(200 * PIECE);
        assertThat(blocked.counts().lostChunks()).isPositive();
    }

    @Test
    void sessionsWithoutRoomAreMissedAndCounted() {
        LiveHook hook = start(
                new TestHook(session -> {
                    Gates.pass(gate);
                    return new RecordingTap();
                }),
                64 * LiveHook.SESSION_COST);
        List<Taps> watched = new ArrayList<>();

        for (int i = 0; i < 100; i++) {
            Taps taps = openIfWatched(hook, null);
            if (taps != null) {
                watched.add(taps);
            }
        }

        assertThat(watched).hasSize(64);
        assertThat(hook.counts().missed()).isEqualTo(36);
        watched.forEach(taps -> taps.closed("done"));
        gate.countDown();
        await().until(() -> hook.counts().memory() == 0);
        assertThat(hook.counts().opened()).isEqualTo(64);
    }

    /** Takes nothing until the gate is open. */
    private final class Gated extends RecordingTap {
        @Override
        public void data(Chunk chunk) {
            Gates.pass(gate);
            super.data(chunk);
        }
    }
}
