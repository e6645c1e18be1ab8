package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TimersTest {
    private long nanos = TimeUnit.DAYS.toNanos(-3);
    private @Nullable Runnable turn;
    private final Timers timers = new Timers(() -> nanos, (task, ms) -> turn = task);
    private final List<String> expired = new ArrayList<>();

    /** One whose failure is noted, too. */
    private abstract class Noted extends Timers.Timeout {
        @Override
        protected void failed() {
            expired.add("failed");
        }
    }

    private final class Named extends Noted {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        protected void expired() {
            expired.add(name);
        }
    }

    @Test
    void timeoutExpiresNotBeforeItsTimeAndSoonAfter() {
        timers.set(new Named("a"), 100);

        pass(99);
        assertThat(expired).isEmpty();
        pass(2 * Timers.TICK_MS + 1);
        assertThat(expired).containsExactly("a");
    }

    @Test
    void clearedTimeoutDoesNotExpire() {
        Named timeout = new Named("a");
        timers.set(timeout, 50);
        timers.clear(timeout);
        timers.clear(timeout);

        pass(1000);

        assertThat(expired).isEmpty();
        assertThat(turn).as("no tick is scheduled while nothing is set").isNull();
    }

    @Test
    void settingATimeoutAgainMovesIt() {
        Named timeout = new Named("a");
        timers.set(timeout, 50);
        timers.set(timeout, 500);

        pass(400);
        assertThat(expired).isEmpty();
        pass(200);
        assertThat(expired).containsExactly("a");
    }

    @Test
    void timeoutsLongerThanATurnOfTheWheelHold() {
        timers.set(new Named("a"), TimeUnit.MINUTES.toMillis(5));

        pass(TimeUnit.MINUTES.toMillis(5) - 1);
        assertThat(expired).isEmpty();
        pass(100);
        assertThat(expired).containsExactly("a");
    }

    @Test
    void expiryMaySetAndClearOtherTimeouts() {
        Named other = new Named("other");
        Noted clearing = new Noted() {
            @Override
            protected void expired() {
                timers.clear(other);
                timers.set(this, 100);
                expired.add("clearing");
            }
        };
        timers.set(clearing, 60);
        timers.set(other, 60);

        pass(130);

        assertThat(expired).containsExactly("clearing");
    }

    /** One session's fault must not take every other session's time-outs with it. */
    @Test
    void expiryThatThrowsStopsNoOther() {
        timers.set(
                new Noted() {
                    @Override
                    protected void expired() {
                        throw new IllegalStateException("for the test");
                    }
                },
                50);
        timers.set(new Named("later"), 200);

        try {
            pass(100);
        } catch (IllegalStateException e) {
            // The loop logs it.
        }
        pass(300);

        assertThat(expired).containsExactly("failed", "later");
    }

    @Test
    void cleanUpThatThrowsStopsNoOther() {
        timers.set(
                new Timers.Timeout() {
                    @Override
                    protected void expired() {
                        throw new IllegalStateException("for the test");
                    }

                    @Override
                    protected void failed() {
                        throw new IllegalStateException("for the test, too");
                    }
                },
                50);
        timers.set(new Named("beside it"), 50);
        timers.set(new Named("later"), 200);

        pass(300);

        assertThat(expired).containsExactlyInAnyOrder("beside it", "later");
    }

    /** As for want of memory: the next timeout that is set must start the clock again. */
    @Test
    void turnThatCannotBeScheduledIsScheduledWithTheNextTimeout() {
        boolean[] fail = {true};
        Timers starved = new Timers(() -> nanos, (task, ms) -> {
            if (fail[0]) {
                throw new OutOfMemoryError("for the test");
            }
            turn = task;
        });
        assertThatThrownBy(() -> starved.set(new Named("first"), 50)).isInstanceOf(OutOfMemoryError.class);
        fail[0] = false;

        starved.set(new Named("second"), 50);
        pass(150);

        assertThat(expired).containsExactlyInAnyOrder("first", "second");
    }

    @Test
    void longPauseOfTheMachineLosesNoTimeout() {
        for (int i = 0; i < 2000; i++) {
            timers.set(new Named("t" + i), 10 + 13L * i);
        }

        nanos += TimeUnit.HOURS.toNanos(2);
        runTurn();

        assertThat(expired).hasSize(2000);
    }

    @Test
    void randomTimesNeverExpireEarlyNorLate() {
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            long ms = 1L + random.nextInt(60_000);
            long due = timers.now() + ms;
            timers.set(
                    new Noted() {
                        @Override
                        protected void expired() {
                            long late = timers.now() - due;
                            expired.add(late >= 0 && late <= 2 * Timers.TICK_MS + 1 ? "right" : "wrong by " + late);
                        }
                    },
                    ms);
            pass(random.nextInt(300));
        }
        pass(61_000);

        assertThat(expired).hasSize(500).containsOnly("right");
    }

    /** Lets time pass a millisecond at a time, ticking as a loop would. */
    private void pass(long ms) {
        long sinceTick = 0;
        for (long i = 0; i < ms; i++) {
            nanos += 1_000_000;
            if (++sinceTick % Timers.TICK_MS == 0) {
                runTurn();
            }
        }
        runTurn();
    }

    private void runTurn() {
        Runnable due = turn;
        turn = null;
        if (due != null) {
            due.run();
        }
    }
}
