package dev.refractium.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaceTest {
    private long now = Long.MAX_VALUE - 5;
    private final Pace pace = new Pace(() -> now);

    @Test
    void aThousandProbesBeginInASecond() {
        long last = 0;
        for (int i = 0; i < 3_000; i++) {
            long turn = pace.turn();

            assertThat(turn).isGreaterThanOrEqualTo(last);
            last = turn;
        }
        assertThat(last).isBetween(2_999L - 25, 2_999L);

        now += TimeUnit.SECONDS.toNanos(10);
        assertThat(pace.turn()).as("what was not used is not saved").isZero();
        IntStream.range(0, 25).forEach(i -> pace.turn());
        assertThat(pace.turn()).isBetween(1L, 26L);
    }

    /** To wake a loop costs more than a probe. */
    @Test
    void probesOfOneMomentBeginTogether() {
        Set<Long> moments = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            moments.add(pace.turn());
        }

        assertThat(moments).hasSizeBetween(40, 42);
    }

    @Test
    void aThousandProbesAreUnderWay() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(pace.enter()).isTrue();
        }
        assertThat(pace.enter()).isFalse();
        assertThat(pace.enter()).isFalse();

        pace.leave();
        assertThat(pace.enter()).isTrue();
        assertThat(pace.enter()).isFalse();
    }
}
