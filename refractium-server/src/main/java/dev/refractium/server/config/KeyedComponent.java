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
import org.jspecify.annotations.Nullable;

/** One key of a record: its type, its default and its range. Immutable. */
final class KeyedComponent {
    private static final Origin NOWHERE = Origin.of("defaults", "");

    private final Class<?> container;
    private final Key key;
    private final String name;
    private final Class<?> type;

    /** The value if the key is not set, once it was made. */
    private volatile @Nullable Object initial;

    /** The smallest and the largest value, once they were needed. */
    private volatile @Nullable Range range;

    KeyedComponent(RecordComponent component) {
        this.container = component.getType();
        this.key = Objects.requireNonNull(component.getAnnotation(Key.class));
        this.name = key.value();
        this.type = valueType(component);
    }

    /** The key's name in the file. */
    String name() {
        return name;
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
        return container == List.class;
    }

    /** Returns the component's value if the key is not set: the same object each time, since it is immutable. */
    Object initial() {
        Object known = initial;
        if (known == null) {
            known = madeInitial();
            initial = known;
        }
        return known;
    }

    private Object madeInitial() {
        if (key.initial().equals(Key.REQUIRED)) {
            throw new InvalidValueException(name, "is missing");
        }
        if (Keys.hasKeys(container)) {
            return new Keys<>(container.asSubclass(Record.class)).make(Map.of(), NOWHERE);
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
        boolean isRanged = type == int.class || type == double.class || type == Size.class || type == Duration.class;
        if (isRanged && !range().contains(value)) {
            String shown = value instanceof Duration time ? Units.format(time) : value.toString();
            throw new InvalidValueException(name, shown + " is out of range; use " + key.min() + " to " + key.max());
        }
    }

    private Range range() {
        Range known = range;
        if (known == null) {
            known = new Range(bound(key.min()), bound(key.max()));
            range = known;
        }
        return known;
    }

    /** The smallest and the largest value, both of the type that values of the key have. */
    private record Range(Comparable<?> least, Comparable<?> most) {
        @SuppressWarnings("unchecked")
        boolean contains(Object value) {
            return ((Comparable<Object>) least).compareTo(value) <= 0
                    && ((Comparable<Object>) most).compareTo(value) >= 0;
        }
    }

    private Comparable<?> bound(String text) {
        return type == int.class ? Long.valueOf(text) : (Comparable<?>) parsed(text);
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
        if (container == OptionalInt.class) {
            return OptionalInt.of((Integer) value);
        }
        return container == Optional.class ? Optional.of(value) : value;
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
