package dev.refractium.plugins.http;

import dev.refractium.api.Peek;
import dev.refractium.api.Peek.Fit;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The request methods that are known. A list and not any word in capitals: a client that opens with {@code HELLO} and
 * then waits must be refused at once, not when its line ends. Immutable.
 */
final class Methods {
    /** What {@link #find} says when the bytes so far begin a method that is not complete. */
    static final int OPEN = 0;

    /** What {@link #find} says when no method begins like this. */
    static final int NONE = -1;

    /** The IANA registry, without PRI: that one appears in the HTTP/2 preface only. Common ones first. */
    private static final String REGISTERED = """
            GET POST PUT HEAD DELETE PATCH OPTIONS CONNECT TRACE PROPFIND REPORT QUERY SEARCH COPY MOVE LOCK UNLOCK \
            MKCOL PROPPATCH ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT LABEL LINK MERGE MKACTIVITY MKCALENDAR \
            MKREDIRECTREF MKWORKSPACE ORDERPATCH REBIND UNBIND UNCHECKOUT UNLINK UPDATE UPDATEREDIRECTREF \
            VERSION-CONTROL""";

    /** In use without being registered: UPnP, caches, Exchange, Windows' gateways and transfers, SSTP, Vault, Icecast. */
    private static final String COMMON = """
            SUBSCRIBE UNSUBSCRIBE NOTIFY M-SEARCH PURGE BAN POLL BCOPY BDELETE BMOVE BPROPFIND BPROPPATCH \
            RPC_IN_DATA RPC_OUT_DATA RDG_IN_DATA RDG_OUT_DATA BITS_POST CCM_POST SSTP_DUPLEX_POST M-POST \
            LIST REFRESH TRACK DEBUG SOURCE""";

    /** A method's name is case-sensitive (RFC 9110, section 9.1); all in use are in capitals. */
    private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9_-]{0,63}");

    /** Those that every installation knows. */
    static final Methods KNOWN = new Methods(List.of());

    private final byte[][][] byLetter;

    private Methods(Collection<String> more) {
        byLetter = byLetter(Stream.concat(Arrays.stream((REGISTERED + " " + COMMON).split(" ")), more.stream())
                .distinct()
                .toArray(String[]::new));
    }

    /** The known ones and {@code more}, of which each {@link #isName}. */
    static Methods and(Collection<String> more) {
        return more.isEmpty() ? KNOWN : new Methods(more);
    }

    /** Whether a request method can be called so. */
    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** Whether a method begins with this byte. */
    boolean canStartWith(int first) {
        return first >= 'A' && first <= 'Z' && byLetter[first - 'A'].length > 0;
    }

    /** The length of the method at {@code at} and of the space after it, or {@link #OPEN}, or {@link #NONE}. */
    int find(Peek peek, int at) {
        int first = peek.byteAt(at);
        if (!canStartWith(first)) {
            return NONE;
        }
        int found = NONE;
        for (byte[] method : byLetter[first - 'A']) {
            Fit fit = peek.startsWith(method, at);
            if (fit == Fit.YES) {
                return method.length;
            }
            if (fit == Fit.SO_FAR) {
                found = OPEN;
            }
        }
        return found;
    }

    private static byte[][][] byLetter(String[] names) {
        byte[][][] table = new byte[26][][];
        for (int letter = 0; letter < table.length; letter++) {
            String first = String.valueOf((char) ('A' + letter));
            table[letter] = Arrays.stream(names)
                    .filter(name -> name.startsWith(first))
                    .map(name -> (name + " ").getBytes(StandardCharsets.US_ASCII))
                    .toArray(byte[][]::new);
        }
        return table;
    }
}
