package dev.refractium.server.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One combination of attribute values that leads to a route; a route that lists alternatives has a rule for each, so
 * that every alternative is weighed by itself. Immutable.
 *
 * @param match attribute to what is asked of it; a session must fit all
 */
public record Rule(Map<String, AttributePattern> match, Route route) {
    public Rule {
        match = Map.copyOf(match);
    }

    /** The rules of a route that asks for one of several values of each attribute. */
    public static List<Rule> expand(Map<String, List<String>> alternatives, Route route) {
        List<Map<String, AttributePattern>> combinations = List.of(Map.of());
        for (Map.Entry<String, List<String>> attribute : alternatives.entrySet()) {
            List<Map<String, AttributePattern>> longer = new ArrayList<>();
            for (Map<String, AttributePattern> combination : combinations) {
                for (String value : attribute.getValue()) {
                    Map<String, AttributePattern> with = new HashMap<>(combination);
                    with.put(attribute.getKey(), AttributePattern.parse(value));
                    longer.add(with);
                }
            }
            combinations = longer;
        }
        return combinations.stream().map(match -> new Rule(match, route)).toList();
    }

    boolean matches(Map<String, List<String>> attributes) {
        for (Map.Entry<String, AttributePattern> asked : match.entrySet()) {
            if (!asked.getValue().matches(attributes.get(asked.getKey()))) {
                return false;
            }
        }
        return true;
    }

    int weight(String attribute) {
        AttributePattern asked = match.get(attribute);
        return asked == null ? 0 : asked.weight();
    }
}
