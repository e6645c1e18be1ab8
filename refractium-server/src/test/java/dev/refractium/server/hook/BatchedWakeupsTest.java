package dev.refractium.server.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BatchedWakeupsTest {
    /** What a thread was asked to run: the test runs it. */
    private final List<Runnable> asked = new ArrayList<>();

    private final List<String> done = new ArrayList<>();
    private final BatchedWakeups rounds = new BatchedWakeups(asked::add);

    @Test
    void tasksDuringAPauseRunInOrderOnTheSameThread() {
        for (String name : List.of("a", "b", "c")) {
            assertThat(rounds.run(() -> done.add(name))).isTrue();
        }
        assertThat(asked).hasSize(1);

        asked.get(0).run();

        assertThat(done).containsExactly("a", "b", "c");
    }

    @Test
    void nextTaskStartsAnotherRound() {
        rounds.run(() -> done.add("a"));
        asked.get(0).run();

        rounds.run(() -> done.add("b"));

        assertThat(asked).hasSize(2);
        asked.get(1).run();
        assertThat(done).containsExactly("a", "b");
    }

    @Test
    void blockedTaskDelaysNoOther() {
        rounds.run(() -> {
            // As the other thread would while this one is blocked.
            asked.get(1).run();
            done.add("blocking");
        });
        rounds.run(() -> done.add("b"));
        rounds.run(() -> done.add("c"));

        asked.get(0).run();

        assertThat(done).containsExactly("b", "c", "blocking");
    }

    @Test
    void interruptEndsThePauseOnly() {
        rounds.run(() -> Thread.currentThread().interrupt());
        rounds.run(() -> done.add(String.valueOf(Thread.currentThread().isInterrupted())));

        Thread.currentThread().interrupt();
        asked.get(0).run();

        assertThat(done).containsExactly("false");
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void tasksAfterTheEndAreRejected() {
        BatchedWakeups ended = new BatchedWakeups(task -> false);

        assertThat(ended.run(() -> done.add("a"))).isFalse();
    }

    @Test
    void everyTaskOfSeveralThreadsRunsOnce() throws InterruptedException {
        int each = 100_000;
        HookThreads threads = new HookThreads("rounds", BatchedWakeupsTest.class.getClassLoader(), () -> {});
        BatchedWakeups real = new BatchedWakeups(threads::run);
        CountDownLatch left = new CountDownLatch(3 * each);

        for (int i = 0; i < 3; i++) {
            new Thread(() -> {
                        for (int task = 0; task < each; task++) {
                            real.run(left::countDown);
                        }
                    })
                    .start();
        }

        assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
        threads.end(0);
    }
}
