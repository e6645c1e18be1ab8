package dev.refractium.plugins.accesslog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * How a line of text is made of an entry: text with the names of fields in braces. A brace that is meant is written twice.
 * Immutable; any thread.
 */
final class TextPattern {
    private static final String ATTRIBUTE = "attributes.";
    private static final Map<String, BiConsumer<Entry, PlainText>> PLACEHOLDERS = placeholders();

    private final List<BiConsumer<Entry, PlainText>> parts = new ArrayList<>();

    private TextPattern() {}

    private static Map<String, BiConsumer<Entry, PlainText>> placeholders() {
        Map<String, BiConsumer<Entry, PlainText>> all = new LinkedHashMap<>();
        Arrays.stream(Field.values()).forEach(field -> all.put(field.key(), (entry, out) -> out.field(field, entry)));
        Arrays.stream(HaproxyField.values())
                .forEach(field -> all.put(field.key(), (entry, out) -> out.literal(field.of(entry))));
        return all;
    }

    /** Reads a pattern. What is wrong with it goes to {@code problem}. */
    static TextPattern of(String pattern, Consumer<String> problem) {
        TextPattern made = new TextPattern();
        if (pattern.isBlank()) {
            problem.accept("is empty; name fields in braces, as \"{start} {client} {reason}\"");
        } else if (!pattern.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            problem.accept("has a character that is no printable ASCII; a line has no other");
        } else {
            made.read(pattern, problem);
        }
        return made;
    }

    void write(Entry entry, StringBuilder out) {
        PlainText text = new PlainText(out);
        parts.forEach(part -> part.accept(entry, text));
    }

    private void read(String pattern, Consumer<String> problem) {
        int at = 0;
        while (at < pattern.length()) {
            char c = pattern.charAt(at);
            if (c != '{' && c != '}') {
                int next = at;
                while (next < pattern.length() && pattern.charAt(next) != '{' && pattern.charAt(next) != '}') {
                    next++;
                }
                literal(pattern.substring(at, next));
                at = next;
            } else if (at + 1 < pattern.length() && pattern.charAt(at + 1) == c) {
                literal(String.valueOf(c));
                at += 2;
            } else {
                int end = c == '{' ? pattern.indexOf('}', at) : -1;
                if (end < 0) {
                    problem.accept("has a single " + c + " at character " + (at + 1) + "; write " + c + c
                            + " for the character itself");
                    return;
                }
                placeholder(pattern.substring(at + 1, end), at, problem);
                at = end + 1;
            }
        }
    }

    private void literal(String text) {
        parts.add((entry, out) -> out.literal(text));
    }

    private void placeholder(String name, int at, Consumer<String> problem) {
        BiConsumer<Entry, PlainText> known = PLACEHOLDERS.get(name);
        if (known != null) {
            parts.add(known);
        } else if (name.startsWith(ATTRIBUTE) && name.length() > ATTRIBUTE.length()) {
            String attribute = name.substring(ATTRIBUTE.length());
            parts.add((entry, out) -> out.attribute(entry.session().attributes().getOrDefault(attribute, List.of())));
        } else {
            problem.accept("unknown placeholder {" + name + "} at character " + (at + 1) + "; " + suggestion(name));
        }
    }

    private static String suggestion(String name) {
        return PLACEHOLDERS.keySet().stream()
                .filter(known -> errors(name, known) <= Math.max(1, name.length() / 3))
                .min((one, other) -> errors(name, one) - errors(name, other))
                .map(known -> "did you mean {" + known + "}?")
                .orElseGet(() -> "known are " + String.join(", ", PLACEHOLDERS.keySet()));
    }

    /** Counts the letters to insert, remove or change (Levenshtein's distance). */
    private static int errors(String from, String to) {
        int[] row = new int[to.length() + 1];
        Arrays.setAll(row, j -> j);
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
