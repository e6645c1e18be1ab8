package dev.refractium.testkit;

import dev.refractium.api.Settings;
import dev.refractium.api.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Settings for a test, which behave as the host's do and keep what the plugin said of them. A test gives them to
 * {@code configured}, and then looks at {@link #problems} and {@link #unknown}. One thread.
 *
 * <pre>{@code
 * FakeSettings settings = FakeSettings.of("methods", List.of("PURGE"));
 * Protocol protocol = new MyProtocol().configured(settings);
 * assertThat(settings.problems()).isEmpty();
 * assertThat(settings.unknown()).isEmpty();
 * }</pre>
 */
public final class FakeSettings implements Settings {
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Set<String> asked = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    private FakeSettings() {}

    /** An operator who wrote nothing. */
    public static FakeSettings none() {
        return new FakeSettings();
    }

    /** An operator who wrote one key. */
    public static FakeSettings of(String key, Object value) {
        return none().and(key, value);
    }

    /**
     * One key more.
     *
     * @param value as TOML has it: a String, a Long or Integer, a Boolean, a List of these; of any other type to see what
     *     the plugin makes of a value that it cannot read
     */
    public FakeSettings and(String key, Object value) {
        values.put(key, value instanceof Integer number ? (Object) number.longValue() : value);
        return this;
    }

    /** What would refuse the configuration, as {@code key: message}, in the order in which it was found. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** The keys that are there and were not asked for, which the host refuses too. */
    public Set<String> unknown() {
        Set<String> unknown = new TreeSet<>(values.keySet());
        unknown.removeAll(asked);
        return unknown;
    }

    @Override
    public boolean has(String key) {
        asked.add(key);
        return values.containsKey(key);
    }

    @Override
    public String string(String key, String fallback) {
        return value(key, String.class, fallback);
    }

    @Override
    public long integer(String key, long fallback) {
        return value(key, Long.class, fallback);
    }

    @Override
    public Duration duration(String key, Duration fallback) {
        boolean number = has(key) && values.get(key) instanceof Long;
        return parsed(key, number ? String.valueOf(values.get(key)) : string(key, ""), fallback, Units::parseDuration);
    }

    @Override
    public long size(String key, long fallback) {
        return has(key) && values.get(key) instanceof Long bytes && bytes >= 0
                ? bytes
                : parsed(key, string(key, ""), fallback, Units::parseSize);
    }

    @Override
    public boolean bool(String key, boolean fallback) {
        return value(key, Boolean.class, fallback);
    }

    @Override
    public List<String> strings(String key, List<String> fallback) {
        if (has(key) && values.get(key) instanceof String one) {
            return List.of(one);
        }
        List<?> list = value(key, List.class, fallback);
        if (!list.stream().allMatch(String.class::isInstance)) {
            problem(key, "is an array of something else than strings");
            return fallback;
        }
        return list.stream().map(String.class::cast).toList();
    }

    /** As a program says it: a relative path starts at the working directory. */
    @Override
    public Optional<Path> path(String key) {
        String text = string(key, "");
        return text.isEmpty()
                ? Optional.empty()
                : Optional.of(Path.of(text).toAbsolutePath().normalize());
    }

    /** What {@code key} says, or what the file of {@code key_file} holds; who may read that is not looked at. */
    @Override
    public Optional<String> secret(String key) {
        boolean inFile = has(key + "_file");
        if (has(key) && inFile) {
            problem(key + "_file", "is also said by " + key);
            return Optional.empty();
        }
        Optional<Path> file = path(key + "_file");
        try {
            return file.isPresent()
                    ? Optional.of(Files.readString(file.get()).replaceFirst("\\r?\\n$", ""))
                    : Optional.of(string(key, "")).filter(text -> !text.isEmpty());
        } catch (IOException e) {
            problem(key + "_file", file.get() + " cannot be read");
            return Optional.empty();
        }
    }

    @Override
    public void problem(String key, String message) {
        problems.add(key + ": " + message);
    }

    /** Text that is no string was reported before it came here, as an empty one. */
    private <T> T parsed(String key, String text, T fallback, Function<String, T> parser) {
        if (text.isEmpty() && !(values.get(key) instanceof String)) {
            return fallback;
        }
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            problem(key, "\"" + text + "\" " + e.getMessage());
            return fallback;
        }
    }

    private <T> T value(String key, Class<T> type, T fallback) {
        if (!has(key)) {
            return fallback;
        }
        Object value = values.get(key);
        if (!type.isInstance(value)) {
            problem(key, value + " is no " + type.getSimpleName());
            return fallback;
        }
        return type.cast(value);
    }
}
