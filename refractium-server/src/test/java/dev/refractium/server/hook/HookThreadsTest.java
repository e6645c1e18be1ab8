package dev.refractium.server.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HookThreadsTest {
    private static final int TASKS = 20_000;

    private final HookThreads threads = new HookThreads("busy", HookThreadsTest.class.getClassLoader(), () -> {});

    @AfterEach
    void end() {
        threads.end(0);
    }

    @Test
    void everyTaskOfSeveralThreadsRunsOnce() throws InterruptedException {
        CountDownLatch left = new CountDownLatch(3 * TASKS);
        List<Thread> producers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Thread producer = new Thread(() -> {
                for (int task = 0; task < TASKS; task++) {
                    threads.run(left::countDown);
                    if (task % 1_000 == 0) {
                        // Long enough for the threads to run out of tasks.
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(task % 7_000 == 0 ? 30 : 2));
                    }
                }
            });
            producers.add(producer);
            producer.start();
        }

        for (Thread producer : producers) {
            producer.join();
        }

        assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void blockedTaskDoesNotDelayTheNext() throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            HookThreads pair = new HookThreads("pair", HookThreadsTest.class.getClassLoader(), () -> {});
            CountDownLatch gate = new CountDownLatch(1);
            CountDownLatch passed = new CountDownLatch(1);
            CountDownLatch done = new CountDownLatch(20);

            pair.run(() -> {
                Gates.pass(gate);
                passed.countDown();
            });
            for (int task = 0; task < 20; task++) {
                pair.run(done::countDown);
            }

            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
            gate.countDown();
            assertThat(passed.await(30, TimeUnit.SECONDS)).isTrue();
            pair.end(0);
        }
    }

    @Test
    void interruptEndsOnlyItsOwnTask() {
        AtomicInteger interrupted = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(10);

        for (int i = 0; i < 10; i++) {
            threads.run(() -> {
                interrupted.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
                Thread.currentThread().interrupt();
                done.countDown();
            });
        }

        await().until(() -> done.getCount() == 0);
        assertThat(interrupted).hasValue(0);
    }

    @Test
    void taskWithoutAThreadIsRunByTheNextThread() throws InterruptedException {
        AtomicBoolean exhausted = new AtomicBoolean(true);
        HookThreads scarce = new HookThreads(
                (called, task) -> {
                    if (exhausted.get()) {
                        throw new OutOfMemoryError("no thread to give");
                    }
                    return new Thread(task, "scarce-" + called);
                },
                () -> {});
        CountDownLatch done = new CountDownLatch(2);

        assertThat(scarce.run(done::countDown)).isTrue();
        assertThat(scarce.run(done::countDown)).isTrue();
        scarce.revive();
        exhausted.set(false);
        assertThat(done.getCount()).isEqualTo(2);
        scarce.revive();

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        scarce.end(0);
    }

    @Test
    void tasksAfterTheEndAreRejected() {
        CountDownLatch gate = new CountDownLatch(1);
        threads.run(() -> LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(10)));

        threads.end(0);

        assertThat(threads.run(gate::countDown)).isFalse();
        assertThat(gate.getCount()).isOne();
    }
}
