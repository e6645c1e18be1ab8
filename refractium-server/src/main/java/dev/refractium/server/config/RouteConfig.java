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
 * @param hooks names of its sessions' hooks, beside the server's
 * @param origin where the keys were said
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

    /** @throws InvalidValueException naming the key that is wrong or does not go with another */
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
     * Makes a route of what a builder says.
     *
     * @param values key to value, as the components of these records have it
     * @throws InvalidValueException naming the key that is missing, wrong, or does not go with another
     */
    public static RouteConfig of(Map<String, ?> values, Origin origin) {
        return KEYS.make(values, origin);
    }

    /**
     * A protocol's name as it is compared: lower case, "-" written as "_".
     *
     * @throws InvalidValueException with the key "name", where it is not of the form {@code [a-z][a-z0-9_]*} even so
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
