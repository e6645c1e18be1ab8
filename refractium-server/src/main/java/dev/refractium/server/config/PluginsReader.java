package dev.refractium.server.config;

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
        TableReader<PluginsConfig> reader = new TableReader<>(PluginsConfig.KEYS, plugins)
                .by("sha256", this::pins)
                .by("allow", key -> plugins.has(key) ? Optional.of(allowed()) : Optional.empty());
        reader.values();
        plugins.refuseUnknown(PluginsConfig.KEYS.names());
        return reader.accepted(plugins.origin());
    }

    private Optional<Map<String, String>> pins(String key) {
        Map<String, String> pins = new HashMap<>();
        plugins.table(key, "a table, as { \"refractium-ssh\" = \"hex digits\" }")
                .ifPresent(table -> readPins(table, pins));
        return Optional.of(pins);
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
