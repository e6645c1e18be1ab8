package dev.refractium.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How much relays may hold together. */
class RelayMemoryTest {
    private static final int SMALL = RelayMemory.SMALL_READ;
    private static final int BUDGET = 64 << 10;

    private final Deque<Runnable> later = new ArrayDeque<>();
    private final RelayMemory memory = new RelayMemory(() -> BUDGET, later::add);

    @Test
    void whoComesFirstReadsAsMuchAsItWants() {
        assertThat(memory.grant(1_000)).isEqualTo(1_000);
        assertThat(memory.grant(BUDGET / 2)).isEqualTo(BUDGET / 2);
    }

    @Test
    void noReadReachesIntoTheSecondHalf() {
        assertThat(memory.grant(1 << 20)).isEqualTo(BUDGET / 2);

        memory.take(BUDGET / 4);

        assertThat(memory.grant(1 << 20)).isEqualTo(BUDGET / 4);
    }

    @Test
    void readsAreSmallInTheSecondHalf() {
        memory.take(BUDGET / 2);

        assertThat(memory.grant(1 << 20)).isEqualTo(SMALL);
        assertThat(memory.grant(10)).isEqualTo(10);
    }

    @Test
    void theLastEighthIsNotForSinksThatHaveNotSaidWhetherTheyHaveRoom() {
        memory.take(BUDGET / 8 * 7 - SMALL);
        assertThat(memory.grant(1)).isEqualTo(1);

        memory.take(1);

        assertThat(memory.grant(1)).isZero();
    }

    @Test
    void whatIsGivenBackMayBeHeldAgain() {
        memory.take(BUDGET);
        memory.give(BUDGET);

        assertThat(memory.held()).isZero();
        assertThat(memory.grant(1_000)).isEqualTo(1_000);
    }

    @Test
    void waitersAreServedInTheirOrderOnceThereIsMemoryAgain() {
        List<Integer> served = new ArrayList<>();
        memory.take(BUDGET);
        List<Waiting> waiters = IntStream.range(0, 5)
                .mapToObj(i -> new Waiting(() -> served.add(i)))
                .toList();
        waiters.forEach(memory::await);
        waiters.forEach(memory::await);

        memory.give(1);
        assertThat(later).as("all but an eighth is still held").isEmpty();
        memory.give(BUDGET);
        memory.forget(waiters.get(0));
        memory.forget(waiters.get(2));
        memory.forget(waiters.get(4));
        assertThat(later).as("one task for all").hasSize(1);
        later.remove().run();

        assertThat(served).containsExactly(1, 3);
        assertThat(later).isEmpty();
    }

    @Test
    void waitersThatTakeTheMemoryAgainLeaveTheRestWaiting() {
        List<Integer> served = new ArrayList<>();
        memory.take(BUDGET / 8 * 7);
        for (int i = 0; i < 10; i++) {
            int number = i;
            memory.await(new Waiting(() -> {
                served.add(number);
                memory.take(SMALL);
            }));
        }

        memory.give(3 * SMALL);
        later.remove().run();
        assertThat(served).containsExactly(0, 1, 2);
        assertThat(later).isEmpty();
        memory.give(SMALL);
        later.remove().run();

        assertThat(served).containsExactly(0, 1, 2, 3);
    }

    @Test
    void waitersThatWaitAgainAreLast() {
        List<String> served = new ArrayList<>();
        memory.take(BUDGET);
        Waiting[] again = new Waiting[1];
        again[0] = new Waiting(() -> {
            served.add("again");
            if (served.size() == 1) {
                memory.await(again[0]);
            }
        });
        memory.await(again[0]);
        memory.await(new Waiting(() -> served.add("other")));

        memory.give(BUDGET);
        while (!later.isEmpty()) {
            later.remove().run();
        }

        assertThat(served).containsExactly("again", "other", "again");
    }

    @Test
    void aCrowdOfWaitersIsServedOverSeveralTurnsOfTheLoop() {
        List<Integer> served = new ArrayList<>();
        memory.take(BUDGET);
        IntStream.range(0, 150).forEach(i -> memory.await(new Waiting(() -> served.add(i))));

        memory.give(BUDGET);
        List<Integer> each = new ArrayList<>();
        while (!later.isEmpty()) {
            int before = served.size();
            later.remove().run();
            each.add(served.size() - before);
        }

        assertThat(each).containsExactly(64, 64, 22);
    }

    private static final class Waiting extends RelayMemory.Waiter {
        private final Runnable served;

        Waiting(Runnable served) {
            this.served = served;
        }

        @Override
        void memoryReturned() {
            served.run();
        }
    }

    @Test
    void theBoundHoldsWhateverIsAskedFor() {
        for (long budget : new long[] {4 << 10, 5_000, 100_000, 1 << 20}) {
            RelayMemory bounded = new RelayMemory(() -> budget, later::add);
            SplittableRandom random = new SplittableRandom(budget);
            Deque<Integer> held = new ArrayDeque<>();
            for (int i = 0; i < 20_000; i++) {
                int granted = bounded.grant(1 + random.nextInt(1 << 20));
                if (granted > 0) {
                    int kept = random.nextInt(granted) + 1;
                    bounded.take(kept);
                    held.add(kept);
                }
                if (granted == 0 || random.nextInt(5) == 0) {
                    bounded.give(held.remove());
                }
                assertThat(bounded.held()).isBetween(0L, budget);
            }
        }
    }
}
