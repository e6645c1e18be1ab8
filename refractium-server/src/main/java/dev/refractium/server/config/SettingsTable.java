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
 * A table whose keys the server does not know: they are a plugin's. Immutable.
 *
 * @param values key to a String, Long, Boolean or List of these; what has another type in the file is an
 *     {@link Unusable}. In the order of the file
 * @param origin where the keys were said
 * @param directory what relative paths in it start from
 */
public record SettingsTable(Map<String, Object> values, Origin origin, Path directory) {
    public SettingsTable {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** A value that no plugin can ask for, in words. */
    record Unusable(String described) {}

    /** What was said by no file: relative paths start at the working directory. */
    public static SettingsTable said(Map<String, Object> values, Origin origin) {
        return new SettingsTable(values, origin, Path.of(""));
    }

    /** The table of a file, without the keys that the server knows. */
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
