package dev.refractium.plugins.tls;

import dev.refractium.api.Peek;
import dev.refractium.plugins.parts.protocol.HostName;
import dev.refractium.plugins.parts.protocol.OddName;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The form of a server name that routes are compared with, found out on the bytes where they are plain. */
final class ServerName {
    /** One in each byte of a word. */
    private static final long EACH = 0x0101_0101_0101_0101L;

    /** The topmost bit of each byte of a word. */
    private static final long TOP = 0x8080_8080_8080_8080L;

    private static final Pattern IPV6 =
            Pattern.compile("([0-9a-fA-F]{0,4}:){2,7}([0-9a-fA-F]{0,4}|([0-9]{1,3}\\.){3}[0-9]{1,3})");

    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

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
     * Returns whether a text that is no host name is one name all the same: an {@link OddName}, nothing, an IPv6 address
     * with or without brackets, or a host and its port. Some servers strip what follows a colon.
     */
    static boolean isOdd(String text) {
        return text.isEmpty() || OddName.isOne(text) || isIpv6(text) || isBracketed(text) || isHostAndPort(text);
    }

    private static boolean isHostAndPort(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || !PORT.matcher(text.substring(colon + 1)).matches()) {
            return false;
        }
        String host = text.substring(0, colon);
        return HostName.canonical(host) != null || isBracketed(host);
    }

    private static boolean isBracketed(String text) {
        return text.startsWith("[") && text.endsWith("]") && isIpv6(text.substring(1, text.length() - 1));
    }

    /** Returns whether a text has eight groups, the last two perhaps as an IPv4 address, or two colons side by side. */
    private static boolean isIpv6(String text) {
        long colons = text.chars().filter(c -> c == ':').count();
        return IPV6.matcher(text).matches() && (text.contains("::") || colons == (text.indexOf('.') < 0 ? 7 : 6));
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
