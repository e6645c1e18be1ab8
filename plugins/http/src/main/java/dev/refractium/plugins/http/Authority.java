package dev.refractium.plugins.http;

import dev.refractium.plugins.parts.protocol.HostName;
import dev.refractium.plugins.parts.protocol.OddName;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The host of an authority, which is what a Host line holds (RFC 9110, section 7.2; RFC 3986, section 3.2). */
final class Authority {
    private static final int MAX_ADDRESS = 45;
    private static final int MAX_PORT_DIGITS = 5;

    private Authority() {}

    /**
     * The host in lower case, without port and without one trailing dot; an IPv6 address in its brackets, as it was
     * written. Null where the text is neither a name nor an address: userinfo, a comma, a space, an escape.
     */
    static @Nullable String host(String authority) {
        String text = authority.toLowerCase(Locale.ROOT);
        int address = text.startsWith("[") ? text.indexOf(']') + 1 : 0;
        int colon = text.indexOf(':', address);
        String host = colon < 0 ? text : text.substring(0, colon);
        if (colon >= 0 && !isPort(text, colon + 1)) {
            return null;
        }
        if (address > 0) {
            return address == host.length() && isAddress(host) ? host : null;
        }
        return HostName.canonical(host);
    }

    /** Returns the odd name that an authority holds beside its port, as it was written; null where it holds none. */
    static @Nullable String oddName(String authority) {
        int colon = authority.indexOf(':');
        String host = colon < 0 ? authority : authority.substring(0, colon);
        boolean port = colon < 0 || isPort(authority, colon + 1);
        return port && OddName.isOne(host) && HostName.canonical(host) == null ? host : null;
    }

    /** Digits or none, as RFC 3986 has it, any number of zeros first; five more are all that a port has. */
    private static boolean isPort(String text, int from) {
        int first = from;
        while (first < text.length() && text.charAt(first) == '0') {
            first++;
        }
        for (int i = first; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return text.length() - first <= MAX_PORT_DIGITS;
    }

    private static boolean isAddress(String bracketed) {
        int colons = 0;
        for (int i = 1; i < bracketed.length() - 1; i++) {
            char c = bracketed.charAt(i);
            if (c == ':') {
                colons++;
            } else if (c != '.' && Character.digit(c, 16) < 0) {
                return false;
            }
        }
        return colons >= 2 && bracketed.length() <= MAX_ADDRESS + 2;
    }
}
