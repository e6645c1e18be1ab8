package dev.refractium.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WatchTest {
    /** A round that wakes its loop alone costs several times as much as one among others. */
    @Test
    void roundsThatAreDueWithinATenthOfASecondBeginTogether() {
        Set<Long> wakeUps = new HashSet<>();
        for (long afterMs = 1; afterMs <= 5_000; afterMs++) {
            wakeUps.add(Watch.together(77_777, afterMs, Duration.ofSeconds(5)));
        }

        assertThat(wakeUps).hasSizeBetween(50, 52);
    }

    @Test
    void noRoundIsMovedByMoreThanASmallShareOfItsInterval() {
        for (String interval : new String[] {"PT0.1S", "PT0.25S", "PT1S", "PT5S", "PT1H"}) {
            Duration time = Duration.parse(interval);
            double most = Math.max(0.5, Math.min(50, 0.01 * time.toMillis()));
            for (long now = -1_003; now < 1_000; now += 7) {
                long moved = Watch.together(now, time.toMillis(), time) - time.toMillis();

                assertThat((double) Math.abs(moved))
                        .as("%s at %d", interval, now)
                        .isLessThanOrEqualTo(most);
            }
        }
        assertThat(Watch.together(100, 1, Duration.ofSeconds(5)))
                .as("never at once")
                .isPositive();
    }
}
