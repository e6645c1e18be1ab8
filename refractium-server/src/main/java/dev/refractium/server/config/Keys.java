package dev.refractium.server.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Key}s of a record and of its nested records: their names, defaults and ranges, and copies of the record
 * with other values. Immutable.
 */
final class Keys<R extends Record> {
    private final Class<R> type;
    private final RecordComponent[] components;
    private final Constructor<R> constructor;

    /** By component; null where it is no such record. */
    private final @Nullable Keys<?>[] parts;

    /** By component; null where it has no key. */
    private final @Nullable KeyedComponent[] own;

    private final Map<String, KeyedComponent> keys = new LinkedHashMap<>();

    /** The record whose keys all have their defaults, once it was made: most tables set few keys. */
    private volatile @Nullable R initial;

    Keys(Class<R> type) {
        this.type = type;
        this.components = type.getRecordComponents();
        this.constructor = constructor(type, components);
        this.parts = new Keys<?>[components.length];
        this.own = new KeyedComponent[components.length];
        for (int i = 0; i < components.length; i++) {
            if (components[i].isAnnotationPresent(Key.class)) {
                KeyedComponent key = new KeyedComponent(components[i]);
                own[i] = key;
                keys.put(key.name(), key);
            } else if (hasKeys(components[i].getType())) {
                Keys<?> part = new Keys<>(components[i].getType().asSubclass(Record.class));
                parts[i] = part;
                keys.putAll(part.keys);
            }
        }
    }

    private static <R> Constructor<R> constructor(Class<R> type, RecordComponent[] components) {
        try {
            return type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The keys, in the record's order. */
    Set<String> names() {
        return keys.keySet();
    }

    /** Returns a key by its name. */
    KeyedComponent key(String name) {
        KeyedComponent key = keys.get(name);
        if (key == null) {
            throw new IllegalArgumentException("no key " + name + " in " + type.getSimpleName());
        }
        return key;
    }

    /**
     * Refuses values that are out of their keys' ranges; for a record's constructor.
     *
     * @param values of the components that have keys of their own, in the record's order
     * @throws InvalidValueException naming the first key that is out of range
     */
    void check(Object... values) {
        int next = 0;
        for (KeyedComponent key : own) {
            if (key != null) {
                key.check(values[next++]);
            }
        }
    }

    /** Refuses the second of two equal values. */
    static void requireDistinct(String name, List<?> values) {
        Set<Object> seen = new HashSet<>();
        for (Object value : values) {
            if (!seen.add(value)) {
                throw new InvalidValueException(name, value + " is listed twice; remove one");
            }
        }
    }

    /**
     * Makes a record, each key at its default unless it has a value.
     *
     * @param values key to value as {@link KeyedComponent#converted} takes them
     * @throws InvalidValueException if the record refuses one, or a required one is missing
     */
    R make(Map<String, ?> values, Origin origin) {
        return made(null, values, origin);
    }

    /** Makes a copy of a record with other values, as {@link #make} takes them. */
    R copy(R record, Map<String, ?> values, Origin origin) {
        return made(record, values, origin);
    }

    private R made(@Nullable Record record, Map<String, ?> values, Origin origin) {
        Object[] arguments = new Object[components.length];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = argument(i, record, values, origin);
        }
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof InvalidValueException refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object argument(int index, @Nullable Record record, Map<String, ?> values, Origin origin) {
        RecordComponent component = components[index];
        Object before = record == null ? null : valueOf(component, record);
        Keys<?> part = parts[index];
        if (part != null) {
            return part.part((Record) before, values, origin);
        }
        KeyedComponent key = own[index];
        if (key == null) {
            return component.getType() == Origin.class ? origin : Objects.requireNonNull(before);
        }
        Object said = values.get(key.name());
        if (said != null) {
            return key.converted(said);
        }
        return before != null ? before : key.initial();
    }

    /** Makes a part of a record; one whose keys all have their defaults is the same for all records. */
    private Record part(@Nullable Record record, Map<String, ?> values, Origin origin) {
        boolean isInitial = record == null && Collections.disjoint(keys.keySet(), values.keySet()) && !hasOrigin();
        if (!isInitial) {
            return made(record, values, origin);
        }
        R known = initial;
        if (known == null) {
            known = made(null, Map.of(), origin);
            initial = known;
        }
        return known;
    }

    private boolean hasOrigin() {
        for (int i = 0; i < components.length; i++) {
            Keys<?> part = parts[i];
            if (components[i].getType() == Origin.class || (part != null && part.hasOrigin())) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a type is a record with keys. */
    static boolean hasKeys(Class<?> type) {
        return type.isRecord()
                && Arrays.stream(type.getRecordComponents())
                        .anyMatch(component -> component.isAnnotationPresent(Key.class));
    }

    private static Object valueOf(RecordComponent component, Record record) {
        try {
            return Objects.requireNonNull(component.getAccessor().invoke(record));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
