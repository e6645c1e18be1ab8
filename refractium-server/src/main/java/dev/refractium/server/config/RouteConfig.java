package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One {@code [[protocols]]} table: which sessions go to which backends.
 *
 * @param name the protocol's name: lower case, "-" written as "_"
 * @param forwardTo the backends, balanced; not empty
 * @param hooks names of its sessions' hooks, in addition to the server's
 * @param origin where the keys were written
 */
public record RouteConfig(
        @Key(value = "name", initial = Key.REQUIRED) String name,

        @Key(value = "forward_to", initial = Key.REQUIRED) List<Endpoint> forwardTo,

        Selection selection,
        Handling handling,
        @Key("hooks") List<String> hooks,
        Origin origin) {
    static final Keys<RouteConfig> KEYS = new Keys<>(RouteConfig.class);

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    /** @throws InvalidValueException naming the key that is wrong or contradicts another */
    public RouteConfig {
        if (!name.equals(canonical(name))) {
            throw new InvalidValueException(
                    "name", Escape.quoted(name) + " is not canonical; write " + canonical(name));
        }
        forwardTo = List.copyOf(forwardTo);
        if (forwardTo.isEmpty()) {
            throw new InvalidValueException("forward_to", "names no backend; write host:port");
        }
        Keys.requireDistinct("forward_to", forwardTo);
        hooks = HookConfig.checkedNames(hooks);
    }

    /**
     * Makes a route from a builder's values.
     *
     * @param values key to value, with the types of these records' components
     * @throws InvalidValueException naming the key that is missing, wrong, or contradicts another
     */
    public static RouteConfig of(Map<String, ?> values, Origin origin) {
        return KEYS.make(values, origin);
    }

    /**
     * Returns a protocol's name in the form that is compared: lower case, "-" written as "_".
     *
     * @throws InvalidValueException with the key "name", if even that is not of the form {@code [a-z][a-z0-9_]*}
     */
    public static String canonical(String name) {
        String canonical = name.toLowerCase(Locale.ROOT).replace('-', '_');
        if (!NAME.matcher(canonical).matches()) {
            throw new InvalidValueException(
                    "name",
                    Escape.quoted(name) + " is no protocol's name; write letters, digits, _ and -, a letter first");
        }
        return canonical;
    }
}
