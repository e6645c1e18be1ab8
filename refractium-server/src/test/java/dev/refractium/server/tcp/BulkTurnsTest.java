package dev.refractium.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.net.ManualLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who waits for whom among the sessions of a loop. */
class BulkTurnsTest {
    private final ManualLoop time = new ManualLoop();
    private final BulkTurns turns = new BulkTurns(time.loop());
    private final List<Integer> served = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        time.close();
    }

    @Test
    void aTurnComesWhenOthersHaveBeenServed() {
        turns.await(() -> served.add(1));

        assertThat(served).isEmpty();
        time.turn();

        assertThat(served).containsExactly(1);
    }

    @Test
    void allHaveTheirTurnInOrderWhileNobodySaysLittle() {
        awaitTurns(20);

        time.turn();

        assertThat(served).isEqualTo(IntStream.range(0, 20).boxed().toList());
    }

    @Test
    void oneAtATimeHasItsTurnWhileSomebodySaysLittle() {
        turns.little(now());
        awaitTurns(3);

        time.turn();
        assertThat(served).containsExactly(0);
        turns.schedule();
        time.turn();

        assertThat(served).containsExactly(0, 1);
    }

    @Test
    void anEighthOfACrowdHasItsTurn() {
        turns.little(now());
        awaitTurns(32);

        time.turn();

        assertThat(served).containsExactly(0, 1, 2, 3);
    }

    @Test
    void whoWaitsAgainIsLastAndWaitsForTheNextRound() {
        turns.await(() -> {
            served.add(1);
            turns.await(() -> served.add(3));
        });
        turns.await(() -> served.add(2));

        time.turn();

        assertThat(served).startsWith(1, 2);
    }

    @Test
    void readsAreShortWhileSomebodySaysLittleAndForAShortTimeAfter() {
        assertThat(turns.isShared(now())).isFalse();
        assertThat(turns.limit(1 << 20, now())).isEqualTo(1 << 20);

        turns.little(now());

        assertThat(turns.limit(1 << 20, now())).isEqualTo(BulkTurns.SHARED_READ);
        assertThat(turns.limit(16 << 10, now())).isEqualTo(16 << 10);
        time.pass(Duration.ofMillis(19));
        assertThat(turns.isShared(now())).isTrue();
        time.pass(Duration.ofMillis(1));
        assertThat(turns.isShared(now())).isFalse();
        assertThat(turns.limit(1 << 20, now())).isEqualTo(1 << 20);
    }

    private void awaitTurns(int count) {
        for (int i = 0; i < count; i++) {
            int number = i;
            turns.await(() -> served.add(number));
        }
    }

    private long now() {
        return time.loop().timers().now();
    }
}
