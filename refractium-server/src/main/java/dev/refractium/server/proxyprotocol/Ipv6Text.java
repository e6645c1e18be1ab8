package dev.refractium.server.proxyprotocol;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads one IPv6 address, once; and writes them. */
final class Ipv6Text {
    private static final int BYTES = 16;
    private static final int GROUPS = BYTES / 2;
    private static final int NO_GAP = -1;

    private final ByteBuffer text;
    private final int to;
    private final byte[] address = new byte[BYTES];
    private int at;
    private int filled;

    /** How much of the address stands before {@code ::}. */
    private int gap = NO_GAP;

    Ipv6Text(ByteBuffer text, int from, int to) {
        this.text = text;
        this.at = from;
        this.to = to;
    }

    /** Returns an address as backends' logs have it: the longest run of zeros is left out (RFC 5952). */
    static String of(byte[] address) {
        int gap = 0;
        int longest = 0;
        for (int i = 0; i < GROUPS; i++) {
            int zeros = zeros(address, i);
            if (zeros > longest) {
                longest = zeros;
                gap = i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (longest > 1 && i == gap) {
                text.append("::");
                i += longest - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(group(address, i)));
            }
        }
        return text.toString();
    }

    private static int zeros(byte[] address, int from) {
        int end = from;
        while (end < GROUPS && group(address, end) == 0) {
            end++;
        }
        return end - from;
    }

    private static int group(byte[] address, int group) {
        return (address[2 * group] & 0xff) << 8 | (address[2 * group + 1] & 0xff);
    }

    /** Returns the address; null if the text is none. */
    byte @Nullable [] read() {
        if (isColon() && (++at == to || !isColon())) {
            // A first colon belongs to a pair.
            return null;
        }
        while (at < to) {
            if (!(isColon() ? gap() : part())) {
                return null;
            }
        }
        return spread() ? address : null;
    }

    private boolean isColon() {
        return at < to && text.get(at) == ':';
    }

    private boolean gap() {
        if (gap != NO_GAP) {
            return false;
        }
        gap = filled;
        at++;
        return true;
    }

    /** Reads a group with the colon behind it, or an IPv4 address, which is the last part. */
    private boolean part() {
        int end = at;
        while (end < to && text.get(end) != ':' && text.get(end) != '.') {
            end++;
        }
        boolean isIpv4 = end < to && text.get(end) == '.';
        if (isIpv4) {
            boolean fits = filled <= BYTES - 4 && AddressText.ipv4(text, at, to, address, filled);
            filled += 4;
            at = to;
            return fits;
        }
        if (filled == BYTES || !group(end)) {
            return false;
        }
        at = end;
        // The colon is followed by a group or by another colon.
        return at == to || ++at < to;
    }

    /** Reads one to four hexadecimal digits. */
    private boolean group(int end) {
        if (end - at < 1 || end - at > 4) {
            return false;
        }
        int group = 0;
        for (int i = at; i < end; i++) {
            int digit = text.get(i) < 0 ? -1 : Character.digit((char) text.get(i), 16);
            if (digit < 0) {
                return false;
            }
            group = group << 4 | digit;
        }
        address[filled++] = (byte) (group >> 8);
        address[filled++] = (byte) group;
        return true;
    }

    /** Moves what stands behind the gap to the end; returns whether the address is complete. */
    private boolean spread() {
        if (gap == NO_GAP || filled == BYTES) {
            return gap == NO_GAP && filled == BYTES;
        }
        int behind = filled - gap;
        System.arraycopy(address, gap, address, BYTES - behind, behind);
        Arrays.fill(address, gap, BYTES - behind, (byte) 0);
        return true;
    }
}
