package dev.refractium.server.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Key}s of a record and of its nested records: their names, defaults and ranges, and copies of the record
 * with other values. Immutable.
 */
final class Keys<R extends Record> {
    private final Class<R> type;
    private final RecordComponent[] components;
    private final Map<RecordComponent, Keys<?>> parts = new LinkedHashMap<>();
    private final Map<String, KeyedComponent> keys = new LinkedHashMap<>();

    Keys(Class<R> type) {
        this.type = type;
        this.components = type.getRecordComponents();
        for (RecordComponent component : components) {
            if (component.isAnnotationPresent(Key.class)) {
                KeyedComponent key = new KeyedComponent(component);
                keys.put(key.name(), key);
            } else if (hasKeys(component.getType())) {
                Keys<?> part = new Keys<>(component.getType().asSubclass(Record.class));
                parts.put(component, part);
                keys.putAll(part.keys);
            }
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
        List<KeyedComponent> own = Arrays.stream(components)
                .filter(component -> component.isAnnotationPresent(Key.class))
                .map(component -> key(component.getAnnotation(Key.class).value()))
                .toList();
        for (int i = 0; i < own.size(); i++) {
            own.get(i).check(values[i]);
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
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        List<Object> arguments = new ArrayList<>();
        for (RecordComponent component : components) {
            arguments.add(argument(component, record, values, origin));
        }
        try {
            return type.getDeclaredConstructor(types).newInstance(arguments.toArray());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof InvalidValueException refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object argument(RecordComponent component, @Nullable Record record, Map<String, ?> values, Origin origin) {
        Optional<Object> before = Optional.ofNullable(record).map(known -> valueOf(component, known));
        Keys<?> part = parts.get(component);
        if (part != null) {
            return part.made((Record) before.orElse(null), values, origin);
        }
        Key key = component.getAnnotation(Key.class);
        if (key == null) {
            return component.getType() == Origin.class ? origin : before.orElseThrow();
        }
        Object said = values.get(key.value());
        return said == null
                ? before.orElseGet(() -> key(key.value()).initial())
                : key(key.value()).converted(said);
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
