package dev.refractium.server.hook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BudgetTest {
    private final Budget budget = new Budget(1_000);

    @Test
    void singleSessionGetsHalf() {
        assertThat(fill(100)).isEqualTo(500);
        assertThat(budget.used()).isEqualTo(500);
    }

    @Test
    void laterSessionStillFindsRoom() {
        fill(1);

        assertThat(fill(1)).isEqualTo(250);
        assertThat(fill(1)).isEqualTo(125);
        assertThat(budget.used()).isEqualTo(875);
    }

    @Test
    void returnedBytesCanBeTakenAgain() {
        long first = fill(100);
        assertThat(budget.take(501, 0)).isFalse();

        budget.give(first);

        assertThat(budget.take(501, 0)).isTrue();
        assertThat(budget.room(501)).isEqualTo(-2);
    }

    private long fill(int step) {
        long held = 0;
        while (budget.take(step, held)) {
            held += step;
        }
        return held;
    }
}
