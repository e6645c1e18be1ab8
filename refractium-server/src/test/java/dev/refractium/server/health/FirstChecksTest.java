package dev.refractium.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FirstChecksTest {
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1); // It overflows.
    private final FirstChecks checks = new FirstChecks(clock::get);
    private final List<String> untried = new ArrayList<>(List.of("a", "b"));

    @Test
    void theStartWaitsForAllResults() {
        assertThat(awaited()).containsExactly("a", "b");

        untried.remove("a");
        assertThat(awaited()).containsExactly("b");

        untried.clear();
        assertThat(awaited()).isEmpty();
    }

    @Test
    void theStartWaitsForFiveSecondsAtMost() {
        clock.addAndGet(Duration.ofMillis(4_999).toNanos());
        assertThat(awaited()).containsExactly("a", "b");

        clock.addAndGet(Duration.ofMillis(1).toNanos());

        assertThat(awaited()).isEmpty();
    }

    @Test
    void checksThatComeLaterAreNotWaitedFor() {
        untried.clear();
        assertThat(awaited()).isEmpty();

        untried.add("c");

        assertThat(awaited()).isEmpty();
    }

    private List<String> awaited() {
        return checks.awaited(() -> List.copyOf(untried));
    }
}
