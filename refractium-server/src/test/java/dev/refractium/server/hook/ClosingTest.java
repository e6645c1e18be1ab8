package dev.refractium.server.hook;

import static dev.refractium.api.Direction.FROM_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Chunk;
import dev.refractium.server.it.support.TestHook;
import dev.refractium.testkit.RecordingTap;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ClosingTest extends TapsTesting {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final CountDownLatch gate = new CountDownLatch(1);
    private final RecordingTap tap = new RecordingTap() {
        @Override
        public void data(Chunk chunk) {
            Gates.pass(gate);
            super.data(chunk);
        }
    };
    private final TestHook hook = new TestHook(session -> tap);

    @Test
    void tapsReceiveWhatWaitsBeforeTheirHookIsClosed() throws Exception {
        LiveHook live = start(hook);
        Taps taps = open(live);
        for (int i = 0; i < 200; i++) {
            bring(taps, FROM_CLIENT, new byte[100]);
        }
        taps.closed("done");

        CompletableFuture<Void> closed = live.close(LONG);
        assertThat(closed).isNotDone();
        gate.countDown();
        closed.get(30, TimeUnit.SECONDS);

        assertThat(tap.bytes(FROM_CLIENT)).hasSize(20_000);
        assertThat(tap.end()).isPresent();
        assertThat(hook.closes).hasValue(1);
    }

    @Test
    void hookWithoutAThreadCanBeClosedLater() {
        AtomicBoolean threadless = new AtomicBoolean(true);
        LiveHook live = LiveHook.start(
                "test",
                hook,
                LiveHook.MEMORY,
                flush -> new HookThreads(
                        (called, task) -> {
                            if (threadless.get()) {
                                throw new OutOfMemoryError("unable to create native thread: pretended");
                            }
                            return new Thread(task, called);
                        },
                        flush));

        assertThat(live.close(LONG)).isCompletedExceptionally();
        assertThat(hook.closes).hasValue(0);
        threadless.set(false);

        assertThat(live.close(LONG)).succeedsWithin(LONG);
        assertThat(hook.closes).hasValue(1);
    }

    @Test
    void flushAfterTheLastTapIsNotInterrupted() throws Exception {
        List<String> flushes = new CopyOnWriteArrayList<>();
        TestHook gathering = new TestHook(session -> tap).bytes(Set.of()).flush(() -> {
            try {
                // Longer than it takes to notice that the last tap has gone.
                flushes.add(gate.await(100, TimeUnit.MILLISECONDS) ? "early" : "whole");
            } catch (InterruptedException e) {
                flushes.add("interrupted");
            }
        });
        LiveHook live = start(gathering);
        open(live).closed("done");

        live.close(LONG).get(30, TimeUnit.SECONDS);

        assertThat(flushes).isNotEmpty().containsOnly("whole");
        assertThat(tap.end()).isPresent();
    }

    @Test
    void blockedHookIsInterruptedAtItsDeadline() throws Exception {
        LiveHook live = start(hook);
        Taps taps = open(live);
        bring(taps, FROM_CLIENT, new byte[100]);
        taps.closed("done");

        live.close(Duration.ofMillis(20)).get(30, TimeUnit.SECONDS);

        assertThat(hook.closes).hasValue(1);
        assertThat(tap.calls()).isEmpty();
    }

    @Test
    void threadsOfAClosedHookEnd() throws Exception {
        gate.countDown();
        LiveHook live = LiveHook.start("mortal", hook, LiveHook.MEMORY);
        open(live).closed("done");
        TapsTest.awaitEnd(tap);

        live.close(LONG).get(30, TimeUnit.SECONDS);

        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("refractium-hook-mortal")));
    }

    @Test
    void secondCloseChangesNothing() throws Exception {
        LiveHook live = start(hook);

        live.close(LONG).get(30, TimeUnit.SECONDS);
        live.close(LONG).get(30, TimeUnit.SECONDS);

        assertThat(hook.closes).hasValue(1);
    }

    @Test
    void chunksAfterTheCloseAreReleased() throws Exception {
        LiveHook live = start(hook);
        Taps taps = open(live);

        live.close(Duration.ZERO).get(30, TimeUnit.SECONDS);
        bring(taps, FROM_CLIENT, new byte[100]);
        taps.closed("cut");

        assertThat(openIfWatched(live, null)).isNull();
        assertThat(tap.calls()).isEmpty();
    }
}
