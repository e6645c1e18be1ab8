package dev.refractium.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How much relays may hold together. */
class RelayMemoryTest {
    private static final int SMALL = RelayMemory.SMALL_READ;
    private static final int BUDGET = 64 << 10;

    private final RelayMemory memory = new RelayMemory(() -> BUDGET);

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
    void theBoundHoldsWhateverIsAskedFor() {
        for (long budget : new long[] {4 << 10, 5_000, 100_000, 1 << 20}) {
            RelayMemory bounded = new RelayMemory(() -> budget);
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
