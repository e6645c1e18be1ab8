package dev.refractium.server.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code [plugins]}, by the keys of {@link PluginsConfig}. */
final class PluginsReader {
    private final Section plugins;

    PluginsReader(Section plugins) {
        this.plugins = plugins;
    }

    PluginsConfig read() {
        Map<String, String> pins = new HashMap<>();
        plugins.table("sha256", "a table, as { \"refractium-ssh\" = \"hex digits\" }")
                .ifPresent(table -> readPins(table, pins));
        Optional<Set<String>> allow = plugins.has("allow") ? Optional.of(allowed()) : Optional.empty();
        boolean denyCalls = plugins.bool("deny_calls").orElse(false);
        PluginsConfig usual = PluginsConfig.defaults();
        Duration rollbackWindow = duration("rollback_window_ms", usual.rollbackWindow());
        Duration callTimeout = duration("call_timeout_ms", usual.callTimeout());
        plugins.refuseUnknown(PluginsConfig.KEYS.names());
        return new PluginsConfig(pins, allow, denyCalls, rollbackWindow, callTimeout, plugins.origin());
    }

    private static void readPins(Section table, Map<String, String> pins) {
        for (String id : table.keys()) {
            try {
                PluginsConfig.checkId(id, id);
                table.string(id)
                        .map(hash -> PluginsConfig.checkedHash(id, hash))
                        .ifPresent(hash -> pins.put(id, hash));
            } catch (InvalidValueException e) {
                table.problem(id, e.detail());
            }
        }
    }

    private Duration duration(String key, Duration usual) {
        long ms = plugins.integer(key).orElse(usual.toMillis());
        try {
            PluginsConfig.KEYS.check(key, ms);
            return Duration.ofMillis(ms);
        } catch (InvalidValueException e) {
            plugins.problem(key, e.detail());
            return usual;
        }
    }

    private Set<String> allowed() {
        Set<String> ids = new LinkedHashSet<>();
        for (Section.Text text : plugins.strings("allow")) {
            try {
                PluginsConfig.checkId("allow", text.value());
                if (!ids.add(text.value())) {
                    plugins.problem(text, "is listed twice; remove one");
                }
            } catch (InvalidValueException e) {
                plugins.problem(text, e.detail());
            }
        }
        return ids;
    }
}
