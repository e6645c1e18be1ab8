package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The values of an attribute that a route takes: exact, {@code *.suffix} (one or more whole labels before the suffix),
 * or "" for a session that provably has none.
 */
final class AttributeValue {
    /** The attributes that have a key of their own, for the protocols that come with Refractium. */
    static final List<String> SHORTHANDS = List.of("sni", "host", "alpn", "qname");

    private static final Set<String> HOST_NAMES = Set.of("sni", "host", "qname");
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    private AttributeValue() {}

    /** Returns whether the values of an attribute are host names. */
    static boolean isHostName(String attribute) {
        return HOST_NAMES.contains(attribute);
    }

    /** Refuses a name that no plugin can give an attribute. */
    static void checkName(String attribute) {
        if (!NAME.matcher(attribute).matches()) {
            throw new IllegalArgumentException(
                    "is not an attribute's name; write lower-case letters, digits and _, a letter first");
        }
    }

    /**
     * Returns the value in the form that is compared. Host names become lower-case A-labels without a final dot; the
     * values of other attributes stay as they are.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    static String normalise(String attribute, String value) {
        boolean wildcard = value.startsWith("*.");
        String rest = wildcard ? value.substring(2) : value;
        if (rest.indexOf('*') >= 0) {
            throw new IllegalArgumentException(Escape.quoted(value) + " has a * that is not the whole first label;"
                    + " write *.example.com, or leave the key out to take every value");
        }
        if (wildcard && rest.isEmpty()) {
            throw new IllegalArgumentException("\"*.\" has nothing after the dot; write *.example.com");
        }
        if (rest.isEmpty() || !isHostName(attribute)) {
            return value;
        }
        if (attribute.equals("sni") && (isBracketed(rest) || HostName.isIpv6(rest))) {
            throw new IllegalArgumentException(Escape.quoted(value)
                    + " is an IPv6 address, which sni never is; for clients that send one set on_odd_name");
        }
        String name = attribute.equals("host") && isBracketed(rest) ? rest.toLowerCase(Locale.ROOT) : name(rest);
        return wildcard ? "*." + name : name;
    }

    private static boolean isBracketed(String text) {
        return text.startsWith("[") && text.endsWith("]") && HostName.isIpv6(text.substring(1, text.length() - 1));
    }

    private static String name(String text) {
        if (text.indexOf(':') >= 0) {
            throw new IllegalArgumentException(Escape.quoted(text) + " has a colon; write the name without a port");
        }
        return HostName.normalise(text);
    }
}
