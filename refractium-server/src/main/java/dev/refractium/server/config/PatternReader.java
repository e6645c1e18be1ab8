package dev.refractium.server.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** Reads patterns: those of a route, or of the answers that a check expects. */
final class PatternReader {
    private static final List<String> KEYS = Stream.concat(
                    PlacedPattern.KEYS.names().stream(), FloatingPattern.KEYS.names().stream())
            .toList();

    private final Section table;
    private final SourceText source;
    private final String key;

    /** @param key the key of {@code table} that has the patterns */
    PatternReader(Section table, SourceText source, String key) {
        this.table = table;
        this.source = source;
        this.key = key;
    }

    /** Returns the patterns that are readable, each once. */
    List<PatternConfig> read() {
        Set<PatternConfig> patterns = new LinkedHashSet<>();
        Optional<TomlArray> array = table.array(key);
        if (array.isEmpty()) {
            return List.of();
        }
        if (array.get().isEmpty()) {
            table.problem(key, "is an empty array; write at least one pattern, or remove the key");
        }
        for (int i = 0; i < array.get().size(); i++) {
            Section.Text element = table.text(key, i, array.get());
            Optional<PatternConfig> pattern = pattern(element, i, array.get());
            if (pattern.isPresent() && !patterns.add(pattern.get())) {
                table.problem(element, "is listed twice; remove one");
            }
        }
        return List.copyOf(patterns);
    }

    /** Returns the patterns of a key that may also have a single one, without an array. */
    List<PatternConfig> readAny() {
        if (table.isTable(key)) {
            return table.table(key, "a pattern").flatMap(this::ofTable).stream().toList();
        }
        if (!table.isString(key)) {
            return read();
        }
        if (table.bytes(key).isEmpty()) {
            return List.of();
        }
        try {
            return List.of(PatternConfig.prefix(PatternLiteral.decodeValue(source, table.position(key))));
        } catch (InvalidValueException e) {
            table.problem(key, e.detail());
            return List.of();
        }
    }

    private Optional<PatternConfig> ofTable(Section pattern) {
        pattern.refuseUnknown(KEYS);
        return pattern.has("contains") || pattern.has("within") ? floating(pattern) : placed(pattern);
    }

    private Optional<PatternConfig> pattern(Section.Text element, int index, TomlArray array) {
        Object value = array.get(index);
        if (value instanceof TomlTable) {
            return ofTable(table.element(key, index, array));
        }
        if (!(value instanceof String)) {
            table.problem(element, Section.mistyped(value, "a string in quotes, or { hex = \"16 03\" }"));
            return Optional.empty();
        }
        if (!table.isWithoutVariable(element)) {
            return Optional.empty();
        }
        try {
            return Optional.of(PatternConfig.prefix(PatternLiteral.decode(source, element.position())));
        } catch (InvalidValueException e) {
            table.problem(element, e.detail());
            return Optional.empty();
        }
    }

    private static Optional<PatternConfig> placed(Section pattern) {
        boolean offsetSaid = pattern.has("offset");
        Optional<Long> offset = pattern.integer("offset");
        Optional<String> hex = pattern.string("hex");
        boolean maskSaid = pattern.has("mask");
        Optional<String> mask = pattern.string("mask");
        if (!pattern.has("hex")) {
            pattern.missing("hex", "is missing; write the bytes, as hex = \"16 03\"");
        }
        if (hex.isEmpty() || (offsetSaid && offset.isEmpty()) || (maskSaid && mask.isEmpty())) {
            return Optional.empty();
        }
        try {
            PlacedPattern.KEYS.key("offset").check(offset.orElse(0L));
            return Optional.of(new PlacedPattern(
                    offset.orElse(0L).intValue(), hex.get(), mask.orElseGet(() -> allBits(hex.get()))));
        } catch (InvalidValueException e) {
            pattern.problem(e.key(), e.detail());
            return Optional.empty();
        }
    }

    private Optional<PatternConfig> floating(Section pattern) {
        PlacedPattern.KEYS.names().stream()
                .filter(pattern::has)
                .forEach(key ->
                        pattern.problem(key, "does not go with contains, which is found at any place; remove one"));
        Optional<String> contains = pattern.bytes("contains");
        Optional<Long> within = pattern.integer("within");
        if (!pattern.has("contains")) {
            pattern.missing("contains", "is missing; write the text to look for");
        }
        if (!pattern.has("within")) {
            pattern.missing("within", "is missing; write how many first bytes to look at");
        }
        if (contains.isEmpty() || within.isEmpty()) {
            return Optional.empty();
        }
        try {
            FloatingPattern.KEYS.key("within").check(within.get());
            byte[] bytes = PatternLiteral.decodeValue(source, pattern.position("contains"));
            return Optional.of(FloatingPattern.of(bytes, within.get().intValue()));
        } catch (InvalidValueException e) {
            pattern.problem(e.key(), e.detail());
            return Optional.empty();
        }
    }

    private static String allBits(String hex) {
        return hex.replace(" ", "").replaceAll("(?s).", "f");
    }
}
