package dev.refractium.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
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
        assertThat(last).isEqualTo(2_999);

        now += TimeUnit.SECONDS.toNanos(10);
        assertThat(pace.turn()).as("what was not used is not saved").isZero();
        assertThat(pace.turn()).isOne();
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
