package dev.refractium.server.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.plugin.IdentifyStats.Count;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrialTest {
    @ParameterizedTest
    @CsvSource({
        // asked, of which it threw; the same before; whether that is worse
        "10, 10, 0, 0, true",
        "9, 9, 0, 0, false",
        "90, 10, 1000, 0, true",
        "100, 10, 1000, 0, false",
        "101, 11, 0, 0, true",
        "100, 30, 100, 20, false",
        "100, 31, 100, 20, true",
        "100, 100, 100, 90, false",
    })
    void aVersionIsWorseByTenThrowsAndATenthMoreOfItsQuestions(
            long asked, long faults, long askedBefore, long faultsBefore, boolean worse) {
        assertThat(Trial.isWorse(new Count(asked, faults), new Count(askedBefore, faultsBefore)))
                .isEqualTo(worse);
    }
}
