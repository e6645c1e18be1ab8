package dev.refractium.server.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** Reads the {@code patterns} of a route. */
final class PatternReader {
    private static final String KEY = "patterns";

    private final Section route;
    private final SourceText source;

    PatternReader(Section route, SourceText source) {
        this.route = route;
        this.source = source;
    }

    /** The patterns that are readable, each once. */
    List<PatternConfig> read() {
        Set<PatternConfig> patterns = new LinkedHashSet<>();
        Optional<TomlArray> array = route.array(KEY);
        if (array.isEmpty()) {
            return List.of();
        }
        if (array.get().isEmpty()) {
            route.problem(KEY, "is an empty array; write at least one pattern, or remove the key");
        }
        for (int i = 0; i < array.get().size(); i++) {
            Section.Text element = route.text(KEY, i, array.get());
            Optional<PatternConfig> pattern = pattern(element, i, array.get());
            if (pattern.isPresent() && !patterns.add(pattern.get())) {
                route.problem(element, "is listed twice; remove one");
            }
        }
        return List.copyOf(patterns);
    }

    private Optional<PatternConfig> pattern(Section.Text element, int index, TomlArray array) {
        Object value = array.get(index);
        if (value instanceof TomlTable) {
            return hexadecimal(route.element(KEY, index, array));
        }
        if (!(value instanceof String)) {
            route.problem(element, Section.mistyped(value, "a string in quotes, or { hex = \"16 03\" }"));
            return Optional.empty();
        }
        try {
            return Optional.of(PatternConfig.prefix(PatternLiteral.decode(source, element.position())));
        } catch (InvalidValueException e) {
            route.problem(element, e.detail());
            return Optional.empty();
        }
    }

    private static Optional<PatternConfig> hexadecimal(Section pattern) {
        pattern.refuseUnknown(PatternConfig.KEYS.names());
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
            PatternConfig.KEYS.check("offset", offset.orElse(0L));
            return Optional.of(new PatternConfig(
                    offset.orElse(0L).intValue(), hex.get(), mask.orElseGet(() -> allBits(hex.get()))));
        } catch (InvalidValueException e) {
            pattern.problem(e.key(), e.detail());
            return Optional.empty();
        }
    }

    private static String allBits(String hex) {
        return hex.replace(" ", "").replaceAll("(?s).", "f");
    }
}
