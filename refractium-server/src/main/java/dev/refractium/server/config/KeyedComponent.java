package dev.refractium.server.config;

import dev.refractium.api.Units;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** One key of a record: its type, its default and its range. Immutable. */
final class KeyedComponent {
    private static final Origin NOWHERE = Origin.of("defaults", "");

    private final RecordComponent component;
    private final Key key;
    private final Class<?> type;

    KeyedComponent(RecordComponent component) {
        this.component = component;
        this.key = Objects.requireNonNull(component.getAnnotation(Key.class));
        this.type = valueType(component);
    }

    /** The key's name in the file. */
    String name() {
        return key.value();
    }

    /** The annotation. */
    Key annotation() {
        return key;
    }

    /** The Java type of the key's value, without its Optional; of a list, that of its elements. */
    Class<?> type() {
        return type;
    }

    /** Returns whether the key takes several values. */
    boolean isList() {
        return component.getType() == List.class;
    }

    /** Returns the component's value if the key is not set. */
    Object initial() {
        if (key.initial().equals(Key.REQUIRED)) {
            throw new InvalidValueException(name(), "is missing");
        }
        if (Keys.hasKeys(component.getType())) {
            return new Keys<>(component.getType().asSubclass(Record.class)).make(Map.of(), NOWHERE);
        }
        return key.initial().equals(Key.UNSET) ? nothing() : wrapped(parsed(key.initial()));
    }

    /**
     * Returns the component's value for a value of the key.
     *
     * @param said a value of {@link #type}, a number as Long; of a list or table, the whole
     * @throws InvalidValueException if the value is out of range
     */
    Object converted(Object said) {
        if (type == Size.class && said instanceof Long bytes) {
            return converted(new Size(bytes));
        }
        if (said instanceof Duration time
                && !time.truncatedTo(ChronoUnit.MILLIS).equals(time)) {
            return converted(time.truncatedTo(ChronoUnit.MILLIS));
        }
        checkValue(said);
        if (said instanceof Long number) {
            return wrapped(number.intValue());
        }
        return said instanceof Optional ? said : wrapped(said);
    }

    /** Refuses a component's value that is out of the key's range. */
    void check(Object value) {
        if (value instanceof Optional<?> optional) {
            optional.ifPresent(this::checkValue);
        } else if (value instanceof OptionalInt optional) {
            optional.ifPresent(number -> checkValue((long) number));
        } else {
            checkValue(value instanceof Integer number ? (Object) number.longValue() : value);
        }
    }

    private void checkValue(Object value) {
        boolean taken = true;
        if (type == int.class) {
            taken = isWithin((Long) value, Long.valueOf(key.min()), Long.valueOf(key.max()));
        } else if (value instanceof Double number) {
            taken = isWithin(number, Double.valueOf(key.min()), Double.valueOf(key.max()));
        } else if (value instanceof Size size) {
            taken = isWithin(size, Size.parse(key.min()), Size.parse(key.max()));
        } else if (value instanceof Duration time) {
            taken = isWithin(time, Units.parseDuration(key.min()), Units.parseDuration(key.max()));
        }
        if (!taken) {
            String shown = value instanceof Duration time ? Units.format(time) : value.toString();
            throw new InvalidValueException(name(), shown + " is out of range; use " + key.min() + " to " + key.max());
        }
    }

    private static <T extends Comparable<T>> boolean isWithin(T value, T least, T most) {
        return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
    }

    private Object parsed(String text) {
        if (type == Duration.class) {
            return Units.parseDuration(text);
        }
        if (type == Size.class) {
            return Size.parse(text);
        }
        if (type == int.class) {
            return Integer.valueOf(text);
        }
        if (type == double.class) {
            return Double.valueOf(text);
        }
        if (type == boolean.class) {
            return Boolean.valueOf(text);
        }
        if (type == Resolvers.class) {
            return Resolvers.parse(List.of(text));
        }
        return type.isEnum() ? constant(text) : text;
    }

    /** Returns the enum's constant for a word of the file. */
    Object constant(String word) {
        return Stream.of(type.getEnumConstants())
                .filter(constant -> word(constant).equals(word))
                .findFirst()
                .orElseThrow();
    }

    /** Returns the words of an enum's constants, in its order. */
    List<String> words() {
        return Stream.of(type.getEnumConstants()).map(KeyedComponent::word).toList();
    }

    private static String word(Object constant) {
        return constant.toString().toLowerCase(Locale.ROOT);
    }

    private Object nothing() {
        Class<?> container = component.getType();
        if (container == Optional.class) {
            return Optional.empty();
        }
        if (container == OptionalInt.class) {
            return OptionalInt.empty();
        }
        if (container == List.class) {
            return List.of();
        }
        if (container == Destination.class) {
            return Destination.NOWHERE;
        }
        return container == Set.class ? Set.of() : Map.of();
    }

    private Object wrapped(Object value) {
        if (component.getType() == OptionalInt.class) {
            return OptionalInt.of((Integer) value);
        }
        return component.getType() == Optional.class ? Optional.of(value) : value;
    }

    private static Class<?> valueType(RecordComponent component) {
        Class<?> type = component.getType();
        if (type == OptionalInt.class) {
            return int.class;
        }
        boolean contains = type == Optional.class || type == List.class;
        return contains && component.getGenericType() instanceof ParameterizedType container
                ? rawType(container.getActualTypeArguments()[0])
                : type;
    }

    private static Class<?> rawType(Type type) {
        return type instanceof ParameterizedType parameterized ? rawType(parameterized.getRawType()) : (Class<?>) type;
    }
}
