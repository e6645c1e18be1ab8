package dev.refractium.server;

import dev.refractium.server.config.Config;
import dev.refractium.server.config.InvalidValueException;
import dev.refractium.server.config.Origin;
import dev.refractium.server.config.PluginsConfig;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.config.SettingsTable;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The part of a {@link RefractiumBuilder} that sets up plugins, with the keys of {@code [plugins]} and {@code
 * [settings.PLUGIN_ID]}. A key that is set here takes precedence over the file's; so does each plugin's pin, and each
 * plugin's settings as a whole. One thread.
 */
public final class PluginsBuilder {
    private final Map<String, String> pins = new HashMap<>();
    private final Map<String, SettingsTable> settings = new HashMap<>();
    private final Map<String, Object> values = new HashMap<>();

    PluginsBuilder() {}

    /** Key {@code sha256}: the only hash that a JAR of this id may have, in lower-case hex. */
    public PluginsBuilder pin(String id, String sha256) {
        pins.put(id, sha256);
        return this;
    }

    /** Key {@code allow}: the only ids that are loaded. */
    public PluginsBuilder allow(String... ids) {
        values.put("allow", Set.of(ids));
        return this;
    }

    /** Key {@code deny_calls}. */
    public PluginsBuilder denyCalls(boolean on) {
        values.put("deny_calls", on);
        return this;
    }

    /** Key {@code rollback_window}; zero switches it off. */
    public PluginsBuilder rollbackWindow(Duration time) {
        values.put("rollback_window", time);
        return this;
    }

    /** Key {@code call_timeout}. */
    public PluginsBuilder callTimeout(Duration time) {
        values.put("call_timeout", time);
        return this;
    }

    /**
     * The table {@code [settings.ID]}.
     *
     * @param values key to a String, Integer, Long, Boolean or List of Strings
     */
    public PluginsBuilder settings(String id, Map<String, ?> values) {
        Map<String, Object> plain = new LinkedHashMap<>();
        values.forEach((key, value) -> plain.put(key, value instanceof Integer n ? (Object) n.longValue() : value));
        settings.put(id, SettingsTable.said(plain, Origin.of("builder", "settings." + id)));
        return this;
    }

    /** Returns a copy of what was set so far. */
    PluginsBuilder copy() {
        PluginsBuilder copy = new PluginsBuilder();
        copy.pins.putAll(pins);
        copy.settings.putAll(settings);
        copy.values.putAll(values);
        return copy;
    }

    /** Returns the file's configuration with what was set here. */
    Config over(Config file, Problems problems) {
        Map<String, SettingsTable> allSettings = new HashMap<>(file.settings());
        allSettings.putAll(settings);
        return file.with(over(file.plugins(), problems), allSettings);
    }

    private PluginsConfig over(PluginsConfig file, Problems problems) {
        Map<String, Object> all = new HashMap<>(values);
        Map<String, String> allPins = new HashMap<>(file.sha256());
        allPins.putAll(pins);
        all.put("sha256", allPins);
        try {
            return file.with(all);
        } catch (InvalidValueException e) {
            problems.add(new Problem("builder", "plugins." + e.key(), e.detail()));
            return file;
        }
    }
}
