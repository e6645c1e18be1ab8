package dev.refractium.testkit;

import dev.refractium.api.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Settings that a test makes up, with what their reader found wrong. One thread at a time. */
public final class FakeSettings implements Settings {
    private final Map<String, Object> written = new HashMap<>();
    private final Set<String> asked = new HashSet<>();
    private final List<String> problems = new ArrayList<>();

    /** Settings in which nothing was written. */
    public FakeSettings() {}

    /**
     * Writes a value.
     *
     * @param value a string, a long, a boolean or a list of strings
     */
    public FakeSettings with(String key, Object value) {
        written.put(key, value);
        return this;
    }

    /** What a host would refuse, each as {@code key: message}: problems, wrong types and keys that nobody asked for. */
    public List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        Set<String> unknown = new TreeSet<>(written.keySet());
        unknown.removeAll(asked);
        unknown.forEach(key -> all.add(key + ": unknown key"));
        return all;
    }

    @Override
    public boolean has(String key) {
        asked.add(key);
        return written.containsKey(key);
    }

    @Override
    public String string(String key, String fallback) {
        return read(key, fallback, value -> value instanceof String text ? text : null);
    }

    @Override
    public long integer(String key, long fallback) {
        return read(key, fallback, value -> value instanceof Number number ? number.longValue() : null);
    }

    @Override
    public boolean bool(String key, boolean fallback) {
        return read(key, fallback, value -> value instanceof Boolean bool ? bool : null);
    }

    @Override
    public List<String> strings(String key, List<String> fallback) {
        return read(key, fallback, FakeSettings::texts);
    }

    @Override
    public void problem(String key, String message) {
        problems.add(key + ": " + message);
    }

    private <T> T read(String key, T fallback, Function<Object, @Nullable T> convert) {
        asked.add(key);
        Object value = written.get(key);
        if (value == null) {
            return fallback;
        }
        T converted = convert.apply(value);
        if (converted == null) {
            problem(key, "of another type: " + value);
            return fallback;
        }
        return converted;
    }

    private static @Nullable List<String> texts(Object value) {
        if (value instanceof String one) {
            return List.of(one);
        }
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : null;
    }
}
