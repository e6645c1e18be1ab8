package dev.refractium.server.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PluginCallsTest {
    private static final PluginCaller EXAMPLE = new PluginCaller("example", "plugin example 1.2.0", "hash");
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration SOON = Duration.ofSeconds(30);

    private final AtomicBoolean threadless = new AtomicBoolean();
    private final List<Thread> started = new ArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final PluginCalls calls = new PluginCalls(this::thread, System::nanoTime);

    @AfterEach
    void open() {
        gate.countDown();
    }

    @Test
    void aCallRunsOnADaemonThreadNamedAfterThePlugin() throws Exception {
        Thread ran = calls.run(EXAMPLE, call -> Thread.currentThread());

        assertThat(ran.getName()).isEqualTo("refractium-plugin-example");
        assertThat(ran.isDaemon()).isTrue();
        assertThat(calls.hanging()).isEmpty();
    }

    @Test
    void aCallThatDoesNotReturnIsInterruptedAndNamedForAsLongAsItRuns() {
        calls.deadline(SHORT);
        CountDownLatch interrupted = new CountDownLatch(1);

        assertThatThrownBy(() -> calls.run(EXAMPLE, call -> {
                    call.now("start()");
                    return hang(interrupted);
                }))
                .hasMessage("plugin example 1.2.0 start() has not returned within 100ms, call_timeout of [plugins]");

        assertThatCode(interrupted::await).doesNotThrowAnyException();
        assertThat(calls.hanging()).containsExactly("plugin example 1.2.0 start() has not returned for 0s");
        assertThat(calls.underWay()).as("nobody waits for it").isEmpty();
        gate.countDown();
        await().until(() -> calls.hanging().isEmpty());
    }

    @Test
    void whatComesTooLateIsUndoneOnTheThreadOfTheCall() {
        calls.deadline(SHORT);
        CompletableFuture<String> undone = new CompletableFuture<>();
        PluginCalls.Task<String> task = new PluginCalls.Task<>() {
            @Override
            public String run(PluginCall call) {
                return hang(new CountDownLatch(1));
            }

            @Override
            public void undo(PluginCall call, String late) {
                undone.complete(late + " " + Thread.currentThread().getName());
            }
        };

        assertThatThrownBy(() -> calls.run(EXAMPLE, task)).isInstanceOf(PluginCallException.class);
        assertThat(undone).isNotDone();
        gate.countDown();

        assertThat(undone).succeedsWithin(SOON).isEqualTo("made refractium-plugin-example");
    }

    @Test
    void eachMethodHasTheWholeDeadline() throws Exception {
        calls.deadline(Duration.ofSeconds(1));

        Integer methods = calls.run(EXAMPLE, call -> {
            long begin = System.nanoTime();
            int called = 0;
            for (; System.nanoTime() - begin < Duration.ofMillis(1_500).toNanos(); called++) {
                call.now("method()");
                Thread.onSpinWait();
            }
            return called;
        });

        assertThat(methods).isPositive();
    }

    @Test
    void codeOfWhichFourCallsHangIsNotCalledAgainAndOtherCodeIs() throws Exception {
        calls.deadline(SHORT);
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() -> calls.run(EXAMPLE, call -> hang(new CountDownLatch(1))))
                    .hasMessageContaining("has not returned");
        }

        assertThatThrownBy(() -> calls.run(EXAMPLE, call -> "made"))
                .hasMessage("plugin example 1.2.0 is not called again: 4 calls of this JAR have not returned; install"
                        + " another, or restart the server");
        PluginCaller rebuilt = new PluginCaller("example", "plugin example 1.2.0", "other hash");
        assertThat(made(rebuilt)).isEqualTo("made");
        assertThat(started).hasSize(5);
    }

    @Test
    void withoutAThreadACallIsRefusedWithTheReason() throws Exception {
        threadless.set(true);

        assertThatThrownBy(() -> calls.run(EXAMPLE, call -> "made"))
                .isInstanceOf(PluginCallException.class)
                .hasMessage(
                        "the system has no thread to spare for plugin example 1.2.0; raise its limit of threads, such"
                                + " as TasksMax or pids.max");

        assertThat(calls.hanging()).isEmpty();
        threadless.set(false);
        assertThat(made(EXAMPLE)).isEqualTo("made");
    }

    @Test
    void aPluginThatCouldNotBeStoppedForWantOfAThreadIsStoppedLater() {
        AtomicInteger stopped = new AtomicInteger();
        threadless.set(true);
        calls.stop(EXAMPLE, call -> stopped.incrementAndGet() > 0);
        assertThat(calls.tryUndone()).as("still something to do").isTrue();
        assertThat(stopped).hasValue(0);
        threadless.set(false);

        assertThat(calls.tryUndone()).isFalse();

        assertThat(stopped).hasValue(1);
        assertThat(calls.tryUndone()).isFalse();
        assertThat(stopped).as("once").hasValue(1);
    }

    @Test
    void theEndOfTheServerReleasesWaitingThreadsAndGivesPluginsSomeSecondsToStop() throws Exception {
        CompletableFuture<String> outcome = CompletableFuture.supplyAsync(() -> {
            try {
                return calls.run(EXAMPLE, call -> hang(new CountDownLatch(1)));
            } catch (PluginCallException e) {
                return e.reason();
            }
        });
        await().until(() -> started.size() == 1);

        calls.end();

        assertThat(outcome)
                .succeedsWithin(SOON)
                .isEqualTo("plugin example 1.2.0 load is not waited for, since the server is ending");
        assertThatThrownBy(() -> calls.run(EXAMPLE, call -> "made")).hasMessageContaining("the server is ending");
        long begin = System.nanoTime();
        calls.stop(EXAMPLE, call -> hang(new CountDownLatch(1)) != null);
        calls.stop(EXAMPLE, call -> hang(new CountDownLatch(1)) != null);
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .as("with a deadline of thirty")
                .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(9));
    }

    @Test
    void aHurryWaitsForNoPluginAtAll() {
        calls.end();
        calls.hurry();
        long begin = System.nanoTime();

        calls.stop(EXAMPLE, call -> hang(new CountDownLatch(1)) != null);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void whatIsThrownBecomesText() {
        assertThatThrownBy(() -> calls.run(EXAMPLE, call -> {
                    call.now("stop()");
                    throw new StackOverflowError("deep");
                }))
                .isInstanceOf(PluginCallException.class)
                .hasNoCause()
                .hasMessage("plugin example 1.2.0 stop() threw java.lang.StackOverflowError: deep");
    }

    private String made(PluginCaller caller) throws PluginCallException {
        return calls.run(caller, call -> "made");
    }

    /** Keeps its thread until the gate opens, in spite of interrupts. */
    private String hang(CountDownLatch interrupted) {
        while (true) {
            try {
                gate.await();
                return "made";
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        }
    }

    private Thread thread(String name, Runnable task) {
        if (threadless.get()) {
            throw new OutOfMemoryError("unable to create native thread: pretended");
        }
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        started.add(thread);
        return thread;
    }
}
