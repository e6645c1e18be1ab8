package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A {@code [hooks.NAME]} table: the settings of one hook. Routes and {@code [server]} decide which sessions it watches.
 *
 * @param hook the hook's own name: one hook may be used under several names
 * @param memory bytes that may wait for it
 * @param settings the hook's own keys
 * @param origin where the keys were written
 */
public record HookConfig(
        @Key("hook") String hook,

        @Key(value = "memory", initial = "16MiB", min = "1MiB", max = "1024GiB")
        Size memory,

        SettingsTable settings,
        Origin origin) {
    static final Keys<HookConfig> KEYS = new Keys<>(HookConfig.class);
    static final Size DEFAULT_MEMORY = (Size) KEYS.key("memory").initial();

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,63}");

    /** @throws InvalidValueException naming the key whose value is refused */
    public HookConfig {
        checkName("hook", hook);
        KEYS.check(hook, memory);
    }

    /** Returns a hook without a table of its own, named at {@code place}. */
    public static HookConfig unsaid(String name, String place) {
        String path = "hooks." + name;
        Origin origin = Origin.of(place, path);
        return new HookConfig(name, DEFAULT_MEMORY, SettingsTable.said(Map.of(), origin), origin);
    }

    /** Returns the hook's settings: its own keys, and {@code memory} with its effective value. */
    public GivenSettings given(SecretFiles secrets) {
        return new GivenSettings(settings, Map.of("memory", memory.bytes()), secrets);
    }

    static void checkName(String key, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidValueException(
                    key, Escape.quoted(name) + " is no hook's name; write lower-case letters, digits, _ and -");
        }
    }

    /** Checks names that were listed. */
    static List<String> checkedNames(List<String> names) {
        names.forEach(name -> checkName("hooks", name));
        Keys.requireDistinct("hooks", names);
        return List.copyOf(names);
    }
}
