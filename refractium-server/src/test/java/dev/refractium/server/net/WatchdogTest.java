package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.refractium.server.it.support.CapturedLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The thread of these tests is the loop's: what they are at is what the watchdog sees there. */
class WatchdogTest {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final AtomicLong clock = new AtomicLong();
    private final List<Long> delays = new ArrayList<>();
    private final Heartbeat pulse = new Heartbeat(tasks::add, clock::get);
    private String ofThePlugin = WatchdogTest.class.getName();
    private final Watchdog watchdog = new Watchdog(
            List.of(),
            name -> name.equals(ofThePlugin) ? Optional.of("plugin 1.0.0") : Optional.empty(),
            loop -> {},
            delays::add,
            clock::get);

    @BeforeEach
    void answerOnce() {
        watchdog.look(pulse);
        answer();
    }

    @Test
    void slowPluginCallIsCountedOnce() {
        watchdog.look(pulse);
        lookAfter(250);
        lookAfter(250);
        assertThat(watchdog.slow()).isEqualTo(1);
        answer();

        lookAfter(250);
        lookAfter(250);

        assertThat(watchdog.slow()).isEqualTo(2);
        assertThat(pulse.isStuck()).isFalse();
    }

    @Test
    void theTimeOfEachAnswerIsPassedOn() {
        delays.clear();
        watchdog.look(pulse);
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(3));
        answer();

        lookAfter(250);

        assertThat(delays).containsExactly(0L, TimeUnit.MILLISECONDS.toNanos(3));
    }

    @Test
    void lateLoopWithoutAPluginIsNotCounted() {
        ofThePlugin = "another.Plugin";
        watchdog.look(pulse);

        lookAfter(250);

        assertThat(watchdog.slow()).isZero();
    }

    @Test
    void loopThatAnswersWithinAPeriodIsNotSlow() {
        for (int i = 0; i < 10; i++) {
            lookAfter(250);
            answer();
        }

        assertThat(watchdog.slow()).isZero();
    }

    @Test
    void loopIsStuckAfterTwoSecondsUntilItAnswers() {
        watchdog.look(pulse);
        lookAfter(1_999);
        assertThat(pulse.isStuck()).isFalse();
        lookAfter(1);
        assertThat(pulse.isStuck()).isTrue();
        answer();

        lookAfter(250);

        assertThat(pulse.isStuck()).isFalse();
        assertThat(watchdog.slow()).isEqualTo(1);
    }

    @Test
    void logHasTheTimeOfSilenceWithItsUnit() {
        try (CapturedLog log = new CapturedLog()) {
            watchdog.look(pulse);

            lookAfter(2_250);

            assertThat(log.lines(" silent=2250ms ")).hasSize(2).allMatch(line -> line.contains("event loop"));
        }
    }

    @Test
    void loopThatCouldNotBeQueriedForLackOfAThreadIsQueriedAgain() {
        AtomicInteger asked = new AtomicInteger();
        Heartbeat starting = new Heartbeat(
                task -> {
                    if (asked.incrementAndGet() == 1) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    task.run();
                },
                clock::get);
        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> watchdog.look(starting));

        watchdog.look(starting);

        assertThat(asked).hasValue(2);
        assertThat(starting.isWaiting()).isFalse();
    }

    private void lookAfter(long ms) {
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(ms));
        watchdog.look(pulse);
    }

    private void answer() {
        tasks.remove().run();
    }
}
