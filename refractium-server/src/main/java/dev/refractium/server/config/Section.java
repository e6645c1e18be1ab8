package dev.refractium.server.config;

import dev.refractium.api.Units;
import dev.refractium.server.config.TomlPieces.Piece;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.Suggestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * One table of the file while it is read: returns values by key and type, and reports each value that does not have the
 * wanted type. Remembers the places of all keys.
 */
final class Section {
    private final TomlTable table;
    private final TomlPosition position;
    private final String path;
    private final Problems problems;
    private final Variables variables;
    private final Piece piece;
    private final Map<String, String> places = new HashMap<>();

    /** Key to its former name, if the file has that. */
    private final Map<String, String> formerNames = new HashMap<>();

    /** The top of a piece of the file. */
    Section(TomlTable table, Piece piece, Problems problems, Variables variables) {
        this(table, TomlPosition.positionAt(1, 1), "", problems, variables, piece);
    }

    /**
     * @param position the table's in the file
     * @param path the table's name in messages; empty for the top of the file
     */
    private Section(
            TomlTable table, TomlPosition position, String path, Problems problems, Variables variables, Piece piece) {
        this.table = table;
        this.position = position;
        this.path = path;
        this.problems = problems;
        this.variables = variables;
        this.piece = piece;
    }

    /** Returns the section of a table that the file does not have. */
    Section none(String key) {
        return new Section(Toml.parse(""), position, key, problems, variables, piece);
    }

    /** One string of a key that takes one or several, with its place. */
    record Text(String value, String key, TomlPosition position) {}

    boolean has(String key) {
        return table.contains(List.of(key));
    }

    boolean isString(String key) {
        return table.isString(List.of(key));
    }

    boolean isTable(String key) {
        return table.isTable(List.of(key));
    }

    /** Returns whether the table has the key, or its former name. */
    boolean mentions(String key) {
        Set<String> said = table.keySet();
        return said.contains(key) || FormerKeys.of(key).filter(said::contains).isPresent();
    }

    Set<String> keys() {
        return table.keySet();
    }

    /** Returns the value of the TOML parser; of a string, with its variables replaced. */
    Optional<Object> value(String key) {
        Optional<Object> value = literal(key);
        return value.isPresent() && value.get() instanceof String text
                ? replaced(new Text(text, key, position(key))).map(Text::value)
                : value;
    }

    /** Returns the value of the TOML parser, a string as it was written. */
    private Optional<Object> literal(String key) {
        Object value = table.get(List.of(key));
        if (value != null) {
            places.put(key, problems.place(position(key)));
        }
        return Optional.ofNullable(value);
    }

    /** Returns a string that names bytes as they were written, in which no variable is replaced. */
    Optional<String> bytes(String key) {
        Optional<Object> value = literal(key);
        if (value.isPresent() && value.get() instanceof String text) {
            return isWithoutVariable(new Text(text, key, position(key))) ? Optional.of(text) : Optional.empty();
        }
        return string(key);
    }

    /** Returns whether a string that names bytes asks for no variable, which would not be replaced; reports it. */
    boolean isWithoutVariable(Text bytes) {
        boolean without = !bytes.value().contains("${env:");
        if (!without) {
            problem(
                    bytes,
                    "are bytes as they were written, so ${env:...} is not replaced here; write the bytes, and \\x24{env: where they are ${env:");
        }
        return without;
    }

    Optional<String> string(String key) {
        return typed(key, String.class, "a string in quotes");
    }

    Optional<Long> integer(String key) {
        return typed(key, Long.class, "an integer without quotes");
    }

    /** Returns a number with or without a fraction. */
    Optional<Double> number(String key) {
        Optional<Object> value = value(key);
        if (value.isPresent() && !(value.get() instanceof Long || value.get() instanceof Double)) {
            wrongType(key, value.get(), "a number without quotes, as 0.1");
            return Optional.empty();
        }
        return value.map(number -> ((Number) number).doubleValue());
    }

    /** Returns a size, with a unit or in bytes. */
    Optional<Size> size(String key) {
        try {
            return value(key).map(Quantities::size);
        } catch (IllegalArgumentException e) {
            problem(key, Objects.requireNonNull(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Returns a duration of the key, or of its former name, which was a number of milliseconds. */
    Optional<Duration> duration(String key) {
        Optional<String> former = FormerKeys.of(key).filter(this::has);
        if (former.isPresent() && !has(key)) {
            formerNames.put(key, former.get());
            return milliseconds(key, former.get());
        }
        former.ifPresent(name -> {
            formerNames.put(name, name);
            problem(name, "is also said by " + key + " (" + problems.place(position(key)) + "); remove this one");
        });
        try {
            return value(key).map(Quantities::duration);
        } catch (IllegalArgumentException e) {
            problem(key, Objects.requireNonNull(e.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<Duration> milliseconds(String key, String former) {
        Optional<Duration> time = integer(former).map(Duration::ofMillis);
        places.put(key, problems.place(position(former)));
        if (!FormerKeys.isForGood(former)) {
            time.ifPresent(said -> problems.warn(
                    position(former),
                    name(former),
                    "is read until 0.2; write " + key + " = \"" + Units.format(said) + "\""));
        }
        return time;
    }

    Optional<Boolean> bool(String key) {
        return typed(key, Boolean.class, "true or false without quotes");
    }

    Optional<TomlArray> array(String key) {
        return typed(key, TomlArray.class, "an array, as [ ... ]");
    }

    Optional<Section> table(String key, String wanted) {
        return typed(key, TomlTable.class, wanted)
                .map(child -> new Section(child, position(key), name(key), problems, variables, piece));
    }

    /**
     * Returns the strings of a key that takes one or an array of them; empty if the key is missing or none is readable.
     */
    List<Text> strings(String key) {
        Object value = value(key).orElse(null);
        if (value instanceof String string) {
            return List.of(new Text(string, key, position(key)));
        }
        if (!(value instanceof TomlArray array)) {
            if (value != null) {
                wrongType(key, value, "a string or an array of strings");
            }
            return List.of();
        }
        if (array.isEmpty()) {
            problem(key, "is an empty array; write at least one string, or remove the key");
        }
        return strings(key, array);
    }

    /** Returns the strings of a key that takes one or several, each once. */
    List<String> distinct(String key) {
        Set<String> values = new LinkedHashSet<>();
        for (Text text : strings(key)) {
            if (!values.add(text.value())) {
                problem(text, Escape.quoted(text.value()) + " is listed twice; remove one");
            }
        }
        return List.copyOf(values);
    }

    /** Returns the readable networks of a key and the files that it names; empty if there are none. */
    Optional<Prefixes> prefixes(String key) {
        Set<String> readable = new LinkedHashSet<>();
        for (Text text : strings(key)) {
            try {
                String canonical = Prefixes.parse(List.of(text.value())).toString();
                if (!readable.add(canonical)) {
                    problem(text, canonical + " is listed twice; remove one");
                }
            } catch (IllegalArgumentException e) {
                problem(text, Objects.requireNonNull(e.getMessage()));
            }
        }
        return Optional.of(Prefixes.parse(List.copyOf(readable))).filter(prefixes -> !prefixes.isEmpty());
    }

    /** Returns one of a few words. */
    Optional<String> word(String key, List<String> words) {
        Optional<String> word = string(key);
        if (word.isPresent() && !words.contains(word.get())) {
            problem(key, Escape.quoted(word.get()) + " is not known here; " + Suggestion.phrase(word.get(), words));
            return Optional.empty();
        }
        return word;
    }

    void refuseUnknown(Collection<String> known) {
        table.keySet().forEach(key -> refuseUnknown(key, known));
    }

    void refuseUnknown(String key, Collection<String> known) {
        if (!known.contains(key) && !formerNames.containsValue(key)) {
            String what = isTable(key) ? "unknown table; " : "unknown key; ";
            problem(
                    key,
                    key.equals("include") && !path.isEmpty()
                            ? "is unknown here; move it to the top of the file, above the first table"
                            : what + Suggestion.phrase(key, known));
        }
    }

    void problem(String key, String message) {
        problems.add(position(key), name(key), message);
    }

    /** Reports a required key that is missing. */
    void missing(String key, String message) {
        problems.add(position, name(key), message);
    }

    void problem(Text text, String message) {
        problems.add(text.position(), name(text.key()), message);
    }

    /** Returns a problem without a message, for a later one at the same place. */
    Problem named(Text text) {
        return new Problem(problems.place(text.position()), name(text.key()), "");
    }

    void wrongType(String key, Object found, String wanted) {
        problem(key, mistyped(found, wanted));
    }

    /** Returns a section for a table within an array of this one. */
    Section element(String key, int index, TomlArray array) {
        return element(key, index, index, array);
    }

    /** @param number the element's in the file, of which this may be a piece */
    Section element(String key, int number, int index, TomlArray array) {
        String element = key + "[" + number + "]";
        TomlPosition there = piece.original(array.inputPositionOf(index));
        return new Section(array.getTable(index), there, name(element), problems, variables, piece);
    }

    /** Returns a string with its variables replaced; empty if one of them cannot be, which has been reported. */
    Optional<Text> replaced(Text text) {
        Consumer<String> problem = message -> problem(text, message);
        return variables
                .replace(text.value(), problems.place(text.position()), problem)
                .map(value -> new Text(value, text.key(), text.position()));
    }

    /**
     * Returns an element of an array as it was written, or an empty value if it is not a string; remembers its place.
     */
    Text text(String key, int index, TomlArray array) {
        String element = key + "[" + index + "]";
        TomlPosition there = piece.original(array.inputPositionOf(index));
        places.put(element, problems.place(there));
        return new Text(array.get(index) instanceof String string ? string : "", element, there);
    }

    /** Remembers that {@code key} of a table within this one stands for the same key here. */
    void adopt(String key, Section child) {
        places.putIfAbsent(key, problems.place(child.position(key)));
    }

    /** Returns the places of everything that has been read. */
    Origin origin() {
        return new Origin(problems.place(position), path, places);
    }

    TomlPosition position(String key) {
        TomlPosition found = table.inputPositionOf(List.of(formerNames.getOrDefault(key, key)));
        return found == null ? position : piece.original(found);
    }

    static String mistyped(@Nullable Object found, String wanted) {
        return "is " + described(found) + "; write " + wanted;
    }

    private List<Text> strings(String key, TomlArray array) {
        List<Text> strings = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            Text text = text(key, i, array);
            if (array.isString(i)) {
                replaced(text).ifPresent(strings::add);
            } else {
                problem(text, mistyped(array.get(i), "a string in quotes"));
            }
        }
        return strings;
    }

    private <T> Optional<T> typed(String key, Class<T> type, String wanted) {
        Optional<Object> value = value(key);
        if (value.isPresent() && !type.isInstance(value.get())) {
            wrongType(key, value.get(), wanted);
            return Optional.empty();
        }
        return value.map(type::cast);
    }

    private String name(String key) {
        String shown = key.isEmpty() ? "\"\"" : Escape.text(formerNames.getOrDefault(key, key), 64);
        return path.isEmpty() ? shown : path + "." + shown;
    }

    /** Describes a value of the file in a few words. */
    static String described(@Nullable Object value) {
        if (value instanceof SettingsTable.Unusable unusable) {
            return unusable.described();
        }
        if (value instanceof String string) {
            return "the string " + Escape.quoted(string);
        }
        if (value instanceof TomlTable) {
            return "a table";
        }
        if (value instanceof TomlArray || value instanceof List) {
            return "an array";
        }
        String kind = value instanceof Long
                ? "the integer "
                : value instanceof Double
                        ? "the float "
                        : value instanceof Boolean ? "the boolean " : "the date or time ";
        return kind + value;
    }
}
