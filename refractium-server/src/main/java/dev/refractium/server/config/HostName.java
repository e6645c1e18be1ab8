package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The forms of hosts: names of RFC 1123, section 2.1, and IP literals. Nothing is ever resolved. */
final class HostName {
    static final int LONGEST = 253;

    static final int LONGEST_LABEL = 63;

    // The underscore is not allowed in host names, but container networks and SRV names have it.
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");
    private static final Pattern IPV4 =
            Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("([0-9a-fA-F:.]+)(%[0-9A-Za-z._~-]+)?");
    // java.net.IDN (RFC 3490) and today's browsers (RFC 5892) map these differently.
    private static final Pattern AMBIGUOUS = Pattern.compile("[\u00df\u03c2\u200c\u200d]");

    private HostName() {}

    /** Returns whether {@code text} is four decimal numbers, without leading zeros. */
    static boolean isIpv4(String text) {
        return IPV4.matcher(text).matches();
    }

    /**
     * Returns whether {@code text} is an IPv6 literal (RFC 4291, section 2.2), without brackets, with or without a
     * zone.
     */
    static boolean isIpv6(String text) {
        var literal = IPV6.matcher(text);
        if (text.indexOf(':') < 0 || !literal.matches()) {
            return false;
        }
        return read("[" + literal.group(1) + "]").isPresent();
    }

    /** Returns the address of an IP literal without brackets or zone; empty if {@code text} is none. */
    static Optional<InetAddress> address(String text) {
        if (isIpv4(text)) {
            return read(text);
        }
        return isIpv6(text) && text.indexOf('%') < 0 ? read("[" + text + "]") : Optional.empty();
    }

    /** Reads an IPv4 literal, or an IPv6 literal in brackets: such texts are read as literals or not at all. */
    private static Optional<InetAddress> read(String literal) {
        try {
            return Optional.of(InetAddress.getByName(literal));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns a host to connect to: a name, an IPv4 literal, or an IPv6 literal without brackets; in lower case, except
     * for a zone.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    static String normaliseHost(String text) {
        if (text.indexOf(':') >= 0) {
            if (!isIpv6(text)) {
                throw new IllegalArgumentException(Escape.quoted(text) + " is not an IPv6 address");
            }
            // A zone is the name of an interface, where case matters.
            int zone = text.indexOf('%') < 0 ? text.length() : text.indexOf('%');
            return text.substring(0, zone).toLowerCase(Locale.ROOT) + text.substring(zone);
        }
        String name = normalise(text);
        if (NUMBER.matcher(name.substring(name.lastIndexOf('.') + 1)).matches() && !isIpv4(text)) {
            throw new IllegalArgumentException(
                    Escape.quoted(text) + " is not an IPv4 address; write four numbers from 0 to 255");
        }
        // The final dot keeps a resolver from trying its search domains.
        return text.endsWith(".") ? name + "." : name;
    }

    /**
     * Returns a name in its form on the wire, which is also compared: A-labels, lower case, no final dot.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    static String normalise(String text) {
        String name = ascii(text.endsWith(".") ? text.substring(0, text.length() - 1) : text)
                .toLowerCase(Locale.ROOT);
        if (name.isEmpty() || name.length() > LONGEST) {
            throw new IllegalArgumentException(
                    Escape.quoted(text) + " is not a host name; write 1 to " + LONGEST + " characters");
        }
        for (String label : name.split("\\.", -1)) {
            if (!LABEL.matcher(label).matches()) {
                throw new IllegalArgumentException(Escape.quoted(text) + " is not a host name: " + Escape.quoted(label)
                        + " is not 1 to 63 letters, digits and inner hyphens");
            }
        }
        return name;
    }

    private static String ascii(String text) {
        if (text.length() > LONGEST || text.chars().allMatch(c -> c < 0x80)) {
            return text;
        }
        if (AMBIGUOUS.matcher(text).find()) {
            throw new IllegalArgumentException(
                    Escape.quoted(text) + " has two spellings on the wire; write the one you mean, in its xn-- form");
        }
        try {
            return IDN.toASCII(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    Escape.quoted(text) + " is not an international host name; write its xn-- form", e);
        }
    }
}
