package dev.refractium.server.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads a table by the keys of a record, each by its type. Keys whose values have other types have a reader of their
 * own, set by {@link #by}. One use.
 */
final class TableReader<R extends Record> {
    private final Keys<R> keys;
    private final Section section;
    private final Map<String, Function<String, ? extends Optional<?>>> readers = new HashMap<>();
    private final Map<String, Object> values = new LinkedHashMap<>();

    TableReader(Keys<R> keys, Section section) {
        this.keys = keys;
        this.section = section;
    }

    /** Sets the reader of one key; it is given the key's name. */
    TableReader<R> by(String key, Function<String, ? extends Optional<?>> reader) {
        readers.put(key, reader);
        return this;
    }

    /** Returns the values of the keys that are set and readable; the caller may add to them. */
    Map<String, Object> values() {
        for (String name : keys.names()) {
            Function<String, ? extends Optional<?>> reader = readers.get(name);
            if (reader != null) {
                reader.apply(name).ifPresent(read -> values.put(name, read));
            } else if (section.mentions(name)) {
                value(name, keys.key(name)).ifPresent(read -> values.put(name, read));
            }
        }
        return values;
    }

    /** Makes the record; a value that the record refuses is reported, and its key left at its default. */
    R accepted(Origin origin) {
        Set<String> said = new HashSet<>(values.keySet());
        for (int attempt = 0; attempt <= said.size(); attempt++) {
            try {
                return keys.make(values, origin);
            } catch (InvalidValueException e) {
                section.problem(e.key(), e.detail());
                values.remove(e.key());
            }
        }
        throw new IllegalStateException("refused with no value left: " + said);
    }

    /** Makes the record; empty if the record refuses a value, which is reported. */
    Optional<R> acceptedWhole(Origin origin) {
        try {
            return Optional.of(keys.make(values, origin));
        } catch (InvalidValueException e) {
            section.problem(e.key(), e.detail());
            return Optional.empty();
        }
    }

    private Optional<?> value(String name, KeyedComponent key) {
        Class<?> type = key.type();
        if (key.isList()) {
            return type == PoolServer.class
                    ? Optional.of(ServersReader.servers(section, name)).filter(servers -> !servers.isEmpty())
                    : Optional.of(section.distinct(name)).filter(texts -> !texts.isEmpty());
        }
        if (type == Destination.class) {
            return Optional.of(ServersReader.destination(section, name)).filter(destination -> !destination.isEmpty());
        }
        if (type == Prefixes.class) {
            return section.prefixes(name);
        }
        if (type == Duration.class) {
            return section.duration(name);
        }
        if (type == Size.class) {
            return section.size(name);
        }
        if (type == int.class) {
            return section.integer(name);
        }
        if (type == double.class) {
            return section.number(name);
        }
        if (type == boolean.class || type == Boolean.class) {
            return section.bool(name);
        }
        return type.isEnum() ? section.word(name, key.words()).map(key::constant) : section.string(name);
    }
}
