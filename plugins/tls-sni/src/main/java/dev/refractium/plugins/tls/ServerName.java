package dev.refractium.plugins.tls;

import dev.refractium.api.Peek;
import dev.refractium.plugins.parts.protocol.HostName;
import org.jspecify.annotations.Nullable;

/** The form of a server name that routes are compared with, found out on the bytes where they are plain. */
final class ServerName {
    /** One in each byte of a word. */
    private static final long EACH = 0x0101_0101_0101_0101L;

    /** The topmost bit of each byte of a word. */
    private static final long TOP = 0x8080_8080_8080_8080L;

    private ServerName() {}

    /**
     * The name in lower case without one trailing dot, or null where it is no name of ASCII labels. RFC 6066 wants
     * internationalised names as A-labels; underscores are let through, since names in use have them.
     */
    static @Nullable String canonical(Peek peek, int from, int to) {
        String text = peek.ascii(from, to);
        return isPlain(peek, from, to) ? text : HostName.canonical(text);
    }

    /**
     * Whether it is a name that needs no change, as almost every one: found out on the bytes, eight at a time. Short,
     * long and unusual ones are left to {@link HostName}.
     */
    private static boolean isPlain(Peek peek, int from, int to) {
        if (to - from < Long.BYTES
                || to - from > HostName.MAX_LABEL
                || peek.byteAt(from) == '.'
                || peek.byteAt(to - 1) == '.') {
            return false;
        }
        // By steps of seven, so that any two neighbours are in one word: no two of them may be dots.
        for (int at = from; at < to - Long.BYTES; at += Long.BYTES - 1) {
            if (!isPlain(peek.int64(at))) {
                return false;
            }
        }
        return isPlain(peek.int64(to - Long.BYTES));
    }

    /**
     * Returns whether eight characters are lower-case letters, digits, hyphens and dots, no two dots side by side. The
     * thresholds ascend, so that a bit is left where a character has passed an odd number of them.
     */
    private static boolean isPlain(long word) {
        long afterDot = atLeast('/', word);
        long allowed = atLeast('-', word)
                ^ afterDot
                ^ atLeast('0', word)
                ^ atLeast('9' + 1, word)
                ^ atLeast('a', word)
                ^ atLeast('z' + 1, word);
        long dots = atLeast('.', word) ^ afterDot;
        return (allowed & ~word & TOP) == TOP && (dots & dots << 8 & TOP) == 0;
    }

    /** Sets the topmost bit of each byte that is at least {@code c}, in a word of ASCII characters. */
    private static long atLeast(int c, long word) {
        return word + (0x80 - c) * EACH;
    }
}
