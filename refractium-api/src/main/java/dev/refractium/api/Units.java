package dev.refractium.api;

import java.time.Duration;

/**
 * Durations and sizes as a configuration writes them: a whole number and a unit, without a space. The units of durations
 * are {@code ms}, {@code s}, {@code m} and {@code h}; those of sizes are {@code B}, {@code KiB}, {@code MiB} and {@code
 * GiB}, each 1024 of the one before. What is formatted here parses to the same value.
 *
 * <p>Messages of exceptions read on after the refused text, as in {@code "3sec" is no duration; did you mean "3s"?}
 *
 * @since 0.1.0
 */
public final class Units {
    private Units() {}

    /**
     * Parses a duration, such as {@code 250ms}, {@code 3s}, {@code 5m} or {@code 1h}.
     *
     * @throws IllegalArgumentException saying what is wrong with the text and what to write
     */
    public static Duration parseDuration(String text) {
        return Duration.ofMillis(UnitScale.DURATION.parse(text));
    }

    /**
     * Parses a size, such as {@code 512B}, {@code 64KiB}, {@code 16MiB} or {@code 1GiB}.
     *
     * @return bytes
     * @throws IllegalArgumentException saying what is wrong with the text and what to write
     */
    public static long parseSize(String text) {
        return UnitScale.SIZE.parse(text);
    }

    /** Formats a duration by the largest unit that it is a whole number of; what is less than a millisecond is dropped. */
    public static String format(Duration duration) {
        try {
            return UnitScale.DURATION.format(duration.toMillis());
        } catch (ArithmeticException tooLong) {
            return duration.toSeconds() + "s";
        }
    }

    /** Formats a size by the largest unit that it is a whole number of. */
    public static String formatSize(long bytes) {
        return UnitScale.SIZE.format(bytes);
    }
}
