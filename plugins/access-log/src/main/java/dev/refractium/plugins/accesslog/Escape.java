package dev.refractium.plugins.accesslog;

/** How numbers are written, and characters that are not written as they are. */
final class Escape {
    /** Nothing that belongs into a log is longer; what is, is cut. */
    static final int LONGEST = 1_024;

    private Escape() {}

    /** Writes a number with three places behind the point. */
    static void thousandths(StringBuilder out, long value) {
        out.append(value / 1_000).append('.');
        for (int unit = 100; unit > 0; unit /= 10) {
            out.append((char) ('0' + value / unit % 10));
        }
    }

    /** Writes a character by its number, as JSON does: four hexadecimal digits. */
    static void append(StringBuilder out, char c) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(Character.forDigit(c >> shift & 0xf, 16));
        }
    }
}
