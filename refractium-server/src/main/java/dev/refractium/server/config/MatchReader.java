package dev.refractium.server.config;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Reads a route's conditions on attributes: the keys named after one, and the {@code match} table for any. */
final class MatchReader {
    private final Section route;
    private final Map<String, List<String>> match = new HashMap<>();

    MatchReader(Section route) {
        this.route = route;
    }

    Map<String, List<String>> read() {
        for (String attribute : AttributeValue.SHORTHANDS) {
            read(route, attribute);
        }
        route.table("match", "a table, as { attribute = \"value\" }").ifPresent(this::readTable);
        return match;
    }

    private void readTable(Section table) {
        if (table.keys().isEmpty()) {
            route.problem("match", "asks for nothing; write { attribute = \"value\" }, or remove the key");
        }
        for (String attribute : table.keys()) {
            try {
                AttributeValue.checkName(attribute);
            } catch (IllegalArgumentException e) {
                table.problem(attribute, Objects.requireNonNull(e.getMessage()));
                continue;
            }
            if (AttributeValue.SHORTHANDS.contains(attribute) && route.has(attribute)) {
                String there = route.origin().at(attribute);
                table.problem(
                        attribute, "is also said by the key " + attribute + " (" + there + "); keep one of the two");
                continue;
            }
            read(table, attribute);
            route.adopt(attribute, table);
        }
    }

    private void read(Section section, String attribute) {
        Set<String> values = new LinkedHashSet<>();
        for (Section.Text text : section.strings(attribute)) {
            try {
                String value = AttributeValue.normalise(attribute, text.value());
                if (!values.add(value)) {
                    section.problem(text, "is listed twice; remove one");
                }
            } catch (IllegalArgumentException e) {
                section.problem(text, Objects.requireNonNull(e.getMessage()));
            }
        }
        if (!values.isEmpty()) {
            match.put(attribute, List.copyOf(values));
        }
    }
}
