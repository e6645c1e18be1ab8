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
 * Reads a table by the keys of a record, each by its type. Keys whose values are of no common type have a reader of their
 * own, which {@link #by} names. One use.
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

    /** Has one key read by {@code reader}, which is given its name. */
    TableReader<R> by(String key, Function<String, ? extends Optional<?>> reader) {
        readers.put(key, reader);
        return this;
    }

    /** Returns the values of the keys that were said and could be read, to be added to by the caller. */
    Map<String, Object> values() {
        for (String name : keys.names()) {
            Optional<?> value = readers.containsKey(name) ? readers.get(name).apply(name) : value(name, keys.key(name));
            value.ifPresent(read -> values.put(name, read));
        }
        return values;
    }

    /** Makes the record; a value that the record refuses is reported, and left at its default. */
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

    /** Makes the record; empty where the record refuses a value, which is reported, and with it the whole. */
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
            return type == Endpoint.class
                    ? Optional.of(section.endpoints(name)).filter(endpoints -> !endpoints.isEmpty())
                    : Optional.of(HooksReader.names(section)).filter(names -> !names.isEmpty());
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
        if (type == boolean.class || type == Boolean.class) {
            return section.bool(name);
        }
        return type.isEnum() ? section.word(name, key.words()).map(key::constant) : section.string(name);
    }
}
