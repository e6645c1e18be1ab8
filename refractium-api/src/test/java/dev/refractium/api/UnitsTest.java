package dev.refractium.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
    private static final long LONGEST_MS = Long.MAX_VALUE;

    @ParameterizedTest
    @CsvSource({
        "0ms, 0",
        "250ms, 250",
        "3s, 3000",
        "5m, 300000",
        "1h, 3600000",
        "007s, 7000",
        "9223372036854775807ms, 9223372036854775807"
    })
    void durationsAreWholeNumbersWithAUnit(String text, long milliseconds) {
        assertThat(Units.parseDuration(text)).isEqualTo(Duration.ofMillis(milliseconds));
    }

    @ParameterizedTest
    @CsvSource({"0B, 0", "512B, 512", "64KiB, 65536", "16MiB, 16777216", "1GiB, 1073741824", "1024GiB, 1099511627776"})
    void sizesAreWholeNumbersWithAUnit(String text, long bytes) {
        assertThat(Units.parseSize(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3sec       | is no duration; did you mean \"3s\"?",
                "5min       | is no duration; did you mean \"5m\"?",
                "2Minutes   | is no duration; did you mean \"2m\"?",
                "10MS       | is no duration; did you mean \"10ms\"?",
                "3S         | is no duration; did you mean \"3s\"?",
                "3 s        | is no duration; did you mean \"3s\"?",
                "1.5s       | is no duration; did you mean \"1500ms\"?",
                "1.0s       | is no duration; did you mean \"1s\"?",
                "2d         | is no duration; did you mean \"48h\"?",
                "0.0001s    | is no duration; write a whole number with ms, s, m or h, as \"3s\"",
                "3us        | is no duration; write a whole number with ms, s, m or h, as \"3s\"",
                "1h30m      | is no duration; write a whole number with ms, s, m or h, as \"3s\"",
                "+3s        | is no duration; write a whole number with ms, s, m or h, as \"3s\"",
                "1_000ms    | is no duration; write a whole number with ms, s, m or h, as \"3s\"",
                "3 seconds. | is no duration; write a whole number with ms, s, m or h, as \"3s\"",
                "-3s        | is negative; write a whole number with ms, s, m or h, as \"3s\"",
                "3000       | has no unit; write \"3s\" or \"3000ms\"",
                "5          | has no unit; write \"5s\" or \"5ms\"",
                "0          | has no unit; write \"0s\"",
                "''         | is no duration; write a whole number with ms, s, m or h, as \"3s\"",
                "9223372036854775807s   | is a larger duration than can be counted; lower it",
                "9223372036854775808ms  | is a larger duration than can be counted; lower it",
                "99999999999999999999ms | is no duration; write a whole number with ms, s, m or h, as \"3s\"",
            })
    void whatIsNoDurationIsRefusedWithTheRemedy(String text, String message) {
        assertThatThrownBy(() -> Units.parseDuration(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10MB    | is no size; did you mean \"10MiB\"?",
                "64k     | is no size; did you mean \"64KiB\"?",
                "64kib   | is no size; did you mean \"64KiB\"?",
                "16 MiB  | is no size; did you mean \"16MiB\"?",
                "1.5GiB  | is no size; did you mean \"1536MiB\"?",
                "2TB     | is no size; did you mean \"2048GiB\"?",
                "512b    | is no size; did you mean \"512B\"?",
                "12bytes | is no size; did you mean \"12B\"?",
                "1.5B    | is no size; write a whole number with B, KiB, MiB or GiB, as \"64KiB\"",
                "3s      | is no size; write a whole number with B, KiB, MiB or GiB, as \"64KiB\"",
                "-1KiB   | is negative; write a whole number with B, KiB, MiB or GiB, as \"64KiB\"",
                "65536   | has no unit; write \"65536B\", or the number without quotes",
                "9223372036854775807KiB | is a larger size than can be counted; lower it",
            })
    void whatIsNoSizeIsRefusedWithTheRemedy(String text, String message) {
        assertThatThrownBy(() -> Units.parseSize(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "1, 1ms",
        "999, 999ms",
        "1500, 1500ms",
        "3000, 3s",
        "90000, 90s",
        "120000, 2m",
        "604800000, 168h",
        "-2000, -2s"
    })
    void durationsAreFormattedByTheLargestUnitThatFits(long milliseconds, String text) {
        assertThat(Units.format(Duration.ofMillis(milliseconds))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0B",
        "1, 1B",
        "1025, 1025B",
        "1536, 1536B",
        "16384, 16KiB",
        "33554432, 32MiB",
        "1099511627776, 1024GiB"
    })
    void sizesAreFormattedByTheLargestUnitThatFits(long bytes, String text) {
        assertThat(Units.formatSize(bytes)).isEqualTo(text);
    }

    @Test
    void durationsBeyondMillisecondsAreFormattedToo() {
        assertThat(Units.format(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE + "s");
        assertThat(Units.format(Duration.ofNanos(1_999_999))).isEqualTo("1ms");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1_000, 60_000, 3_600_000, 1 << 10, 1 << 20, 1 << 30})
    void whatIsFormattedParsesToTheSameValue(long multiple) {
        LongStream.concat(LongStream.of(0, LONGEST_MS), new Random(7).longs(10_000, 0, LONGEST_MS))
                .flatMap(value ->
                        LongStream.of(value, value % 10_000, value / multiple * multiple, value % 10_000 * multiple))
                .forEach(value -> {
                    Duration duration = Duration.ofMillis(value);
                    assertThat(Units.parseDuration(Units.format(duration))).isEqualTo(duration);
                    assertThat(Units.parseSize(Units.formatSize(value))).isEqualTo(value);
                });
    }
}
