package dev.refractium.server.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The {@link Key}s of a record: their names and ranges, and copies of the record with other values. Immutable. */
final class Keys<R extends Record> {
    private final Class<R> type;
    private final Map<String, RecordComponent> components = new LinkedHashMap<>();

    Keys(Class<R> type) {
        this.type = type;
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.isAnnotationPresent(Key.class)) {
                components.put(key(component).value(), component);
            }
        }
    }

    /** The keys, in the record's order. */
    Set<String> names() {
        return components.keySet();
    }

    /** The Java type that a key's value has in the record. */
    Class<?> typeOf(String name) {
        return component(name).getType();
    }

    /** Refuses a number outside the key's range. */
    void check(String name, long value) {
        Key key = key(component(name));
        if (value < key.min() || value > key.max()) {
            throw new InvalidValueException(name, value + " is out of range; use " + key.min() + " to " + key.max());
        }
    }

    /** Refuses a time outside the key's range, which is in milliseconds. */
    void check(String name, Duration value) {
        Key key = key(component(name));
        if (value.compareTo(Duration.ofMillis(key.min())) < 0 || value.compareTo(Duration.ofMillis(key.max())) > 0) {
            throw new InvalidValueException(
                    name, value + " is out of range; use " + key.min() + " to " + key.max() + " ms");
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
     * A record with other values.
     *
     * @param values key to value as the file says it: numbers as Long, in the key's unit
     * @throws InvalidValueException where the record does not take them
     */
    R copy(R record, Map<String, ?> values, Origin origin) {
        RecordComponent[] all = type.getRecordComponents();
        Class<?>[] types = Arrays.stream(all).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] arguments = new Object[all.length];
        for (int i = 0; i < all.length; i++) {
            arguments[i] = argument(all[i], record, values, origin);
        }
        try {
            return type.getDeclaredConstructor(types).newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof InvalidValueException refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object argument(RecordComponent component, R record, Map<String, ?> values, Origin origin) {
        if (component.getType() == Origin.class) {
            return origin;
        }
        Key key = component.getAnnotation(Key.class);
        Object said = key == null ? null : values.get(key.value());
        return said == null ? valueOf(component, record) : converted(component, said);
    }

    private Object converted(RecordComponent component, Object said) {
        Class<?> wanted = component.getType();
        if (said instanceof Long number) {
            check(key(component).value(), number);
            if (wanted == int.class) {
                return number.intValue();
            }
            if (wanted == OptionalInt.class) {
                return OptionalInt.of(number.intValue());
            }
            return wanted == Duration.class ? Duration.ofMillis(number) : number;
        }
        return wanted == Optional.class ? Optional.of(said) : said;
    }

    private static Object valueOf(RecordComponent component, Record record) {
        try {
            return Objects.requireNonNull(component.getAccessor().invoke(record));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private RecordComponent component(String name) {
        RecordComponent component = components.get(name);
        if (component == null) {
            throw new IllegalArgumentException("no key " + name + " in " + type.getSimpleName());
        }
        return component;
    }

    private static Key key(RecordComponent component) {
        return Objects.requireNonNull(component.getAnnotation(Key.class));
    }
}
