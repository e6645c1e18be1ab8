package dev.refractium.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tomlj.TomlArray;

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
            table.value(key).ifPresent(value -> plain(value, key, table).ifPresent(plain -> values.put(key, plain)));
        }
        return new SettingsTable(values, table.origin(), directory);
    }

    /** Returns the keys alone: a value may be a secret. */
    @Override
    public String toString() {
        return origin.path() + values.keySet();
    }

    /** Returns a value for plugins; empty if it has a variable that cannot be replaced, which has been reported. */
    private static Optional<Object> plain(Object value, String key, Section table) {
        if (value instanceof TomlArray array) {
            return plain(array, key, table);
        }
        boolean usable = value instanceof String || value instanceof Long || value instanceof Boolean;
        return Optional.of(usable ? value : new Unusable(Section.described(value)));
    }

    private static Optional<Object> plain(TomlArray array, String key, Section table) {
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            Optional<Object> element = array.isString(i)
                    ? table.replaced(table.text(key, i, array)).map(Section.Text::value)
                    : plain(array.get(i), key, table);
            if (element.isEmpty()) {
                return Optional.empty();
            }
            elements.add(element.get());
        }
        return Optional.of(elements);
    }
}
