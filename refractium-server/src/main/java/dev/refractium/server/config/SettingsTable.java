package dev.refractium.server.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/**
 * A table whose keys belong to a plugin, so that the server does not know them. Immutable.
 *
 * @param values key to a String, Long, Boolean or List of these; a value of another type is an {@link Unusable}. In the
 *     order of the file
 * @param origin where the keys were written
 * @param directory the directory that relative paths in it start from
 */
public record SettingsTable(Map<String, Object> values, Origin origin, Path directory) {
    public SettingsTable {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** A value that no plugin can read, in words. */
    record Unusable(String described) {}

    /** Returns a table that is in no file: relative paths start at the working directory. */
    public static SettingsTable said(Map<String, Object> values, Origin origin) {
        return new SettingsTable(values, origin, Path.of(""));
    }

    /** Returns the table of a file, without the server's own keys. */
    static SettingsTable of(Section table, Set<String> known, Path directory) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (String key : table.keys()) {
            if (known.contains(key)) {
                continue;
            }
            table.value(key).ifPresent(value -> values.put(key, plain(value)));
        }
        return new SettingsTable(values, table.origin(), directory);
    }

    private static Object plain(Object value) {
        if (value instanceof TomlArray array) {
            List<Object> elements =
                    array.toList().stream().map(SettingsTable::plain).toList();
            return elements;
        }
        boolean usable = !(value instanceof TomlTable)
                && (value instanceof String || value instanceof Long || value instanceof Boolean);
        return usable ? value : new Unusable(Section.described(value));
    }
}
