package dev.refractium.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code [hooks.NAME]} tables, by the keys of {@link HookConfig}, and the lists that name them. */
final class HooksReader {
    private HooksReader() {}

    /**
     * Returns the tables by their names.
     *
     * @param directory the directory that relative paths in them start from
     */
    static Map<String, HookConfig> tables(Section top, Path directory) {
        Map<String, HookConfig> hooks = new HashMap<>();
        top.table("hooks", "[hooks.NAME], one for each hook").ifPresent(all -> {
            for (String name : all.keys()) {
                if (isName(name, all)) {
                    all.table(name, "a table, [hooks.NAME]")
                            .flatMap(table -> read(name, table, directory))
                            .ifPresent(hook -> hooks.put(name, hook));
                }
            }
        });
        return hooks;
    }

    /** Returns the names in the key {@code hooks} that are readable, each once; empty if there are none. */
    static Optional<List<String>> given(Section section) {
        return Optional.of(names(section)).filter(names -> !names.isEmpty());
    }

    private static List<String> names(Section section) {
        List<String> names = new ArrayList<>();
        for (Section.Text text : section.strings("hooks")) {
            try {
                HookConfig.checkName("hooks", text.value());
                if (names.contains(text.value())) {
                    section.problem(text, text.value() + " is listed twice; remove one");
                } else {
                    names.add(text.value());
                }
            } catch (InvalidValueException e) {
                section.problem(text, e.detail());
            }
        }
        return names;
    }

    private static boolean isName(String name, Section all) {
        try {
            HookConfig.checkName(name, name);
            return true;
        } catch (InvalidValueException e) {
            all.problem(name, e.detail());
            return false;
        }
    }

    private static Optional<HookConfig> read(String name, Section table, Path directory) {
        String hook = table.string("hook").orElse(name);
        Size memory = table.size("memory").orElse(HookConfig.DEFAULT_MEMORY);
        SettingsTable settings = SettingsTable.of(table, HookConfig.KEYS.names(), directory);
        try {
            return Optional.of(new HookConfig(hook, memory, settings, table.origin()));
        } catch (InvalidValueException e) {
            table.problem(e.key(), e.detail());
            return Optional.empty();
        }
    }
}
