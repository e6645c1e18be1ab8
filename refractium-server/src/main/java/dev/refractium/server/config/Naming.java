package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a route's protocol and the route itself are called, and where the route stands among the others.
 *
 * @param name the protocol's name: lower case, "-" written as "_"
 * @param id the route's own name in logs and tables; empty: the protocol with its attributes
 * @param order its place among all routes, the lowest first; equal ones stay in the order of files and tables
 */
public record Naming(
        @Key(value = "name", initial = Key.REQUIRED) String name,
        @Key("id") Optional<String> id,

        @Key(value = "order", initial = "0", min = "-1000000", max = "1000000")
        int order) {
    private static final Keys<Naming> KEYS = new Keys<>(Naming.class);

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

    /** The name of the routes of sessions that no other route takes. */
    private static final String FALLBACK = "fallback";

    /** @throws InvalidValueException naming the key whose value is refused */
    public Naming {
        KEYS.check(name, id, order);
        if (!name.equals(canonical(name))) {
            throw new InvalidValueException(
                    "name", Escape.quoted(name) + " is not canonical; write " + canonical(name));
        }
        id.ifPresent(Naming::checkId);
    }

    static String canonical(String name) {
        String canonical = name.toLowerCase(Locale.ROOT).replace('-', '_');
        if (!NAME.matcher(canonical).matches()) {
            throw new InvalidValueException(
                    "name",
                    Escape.quoted(name) + " is no protocol's name; write letters, digits, _ and -, a letter first");
        }
        return canonical;
    }

    private static void checkId(String id) {
        if (!ID.matcher(id).matches()) {
            throw new InvalidValueException(
                    "id", Escape.quoted(id) + " is no route's name; write letters, digits, _, . and -, 64 at most");
        }
        if (id.equals(FALLBACK)) {
            throw new InvalidValueException("id", "\"fallback\" is what the fallback is called; choose another name");
        }
    }
}
