package dev.refractium.server.cli;

import java.util.Locale;

/** Amounts as people read them in a table: short, and rounded. */
final class Amounts {
    private static final String[] SIZES = {"B", "kB", "MB", "GB", "TB"};
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private Amounts() {}

    /** Returns bytes as {@code 12.3 MB}, by powers of 1000. */
    static String bytes(long bytes) {
        double rest = bytes;
        int unit = 0;
        while (rest >= 999.5 && unit < SIZES.length - 1) {
            rest /= 1_000;
            unit++;
        }
        return rounded(rest, unit == 0) + " " + SIZES[unit];
    }

    /** Returns a number of events in a second as {@code 0.5} or {@code 1234}. */
    static String rate(double perSecond) {
        return rounded(perSecond, perSecond == 0);
    }

    /** Returns an age as {@code 7s}, {@code 4m 10s}, {@code 2h 5m} or {@code 3d 4h}. */
    static String age(long ms) {
        if (ms < MINUTE) {
            return ms / 1_000 + "s";
        }
        if (ms < HOUR) {
            return ms / MINUTE + "m " + ms % MINUTE / 1_000 + "s";
        }
        return ms < DAY ? ms / HOUR + "h " + ms % HOUR / MINUTE + "m" : ms / DAY + "d " + ms % DAY / HOUR + "h";
    }

    /** Returns a duration as {@code 0.4 ms} or {@code 1250 ms}. */
    static String millis(double nanos) {
        return rounded(nanos / 1e6, nanos == 0) + " ms";
    }

    private static String rounded(double number, boolean whole) {
        return String.format(Locale.ROOT, whole || number >= 99.95 ? "%.0f" : "%.1f", number);
    }
}
