package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final AtomicLong clock = new AtomicLong();

    @Test
    void silenceOfALoopIsMeasuredAndTheLoopQueriedOnce() {
        Heartbeat pulse = new Heartbeat(tasks::add, clock::get);
        assertThat(pulse.ask()).isZero();

        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(700));
        assertThat(pulse.ask()).isEqualTo(700);
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(700));
        assertThat(pulse.ask()).isEqualTo(1_400);

        assertThat(tasks).hasSize(1);
        tasks.remove().run();
        assertThat(pulse.ask()).isZero();
        assertThat(pulse.thread()).contains(Thread.currentThread());
    }

    @Test
    void endedLoopIsNotAwaited() {
        Heartbeat pulse = new Heartbeat(
                task -> {
                    throw new RejectedExecutionException();
                },
                clock::get);
        pulse.ask();
        clock.addAndGet(TimeUnit.SECONDS.toNanos(9));

        assertThat(pulse.ask()).isZero();
    }
}
