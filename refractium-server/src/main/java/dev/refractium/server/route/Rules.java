package dev.refractium.server.route;

import dev.refractium.api.Protocol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one protocol, the most specific first. Those that ask for an exact value of its first attribute go before
 * all others, so they are found by that value, however many there are. Immutable.
 */
final class Rules {
    /** What a pattern for absence is called. */
    private static final List<String> ABSENT = List.of("");

    private final @Nullable String first;
    private final Map<String, List<Rule>> byExactFirst = new HashMap<>();
    private final List<Rule> others = new ArrayList<>();
    private final List<Rule> all;

    Rules(Protocol protocol, List<Rule> rules) {
        List<Rule> sorted = new ArrayList<>(rules);
        sorted.sort(specificFirst(protocol));
        all = List.copyOf(sorted);
        first = protocol.attributes().isEmpty() ? null : protocol.attributes().get(0);
        for (Rule rule : all) {
            AttributePattern asked = first == null ? null : rule.asked(first);
            String exact = asked == null ? null : asked.exact();
            if (exact == null) {
                others.add(rule);
            } else {
                byExactFirst.computeIfAbsent(exact, value -> new ArrayList<>()).add(rule);
            }
        }
    }

    /** All of them, the most specific first. */
    List<Rule> all() {
        return all;
    }

    /** The rule that takes a session with these attributes; null if none fits. */
    @Nullable
    Rule find(Map<String, List<String>> attributes) {
        if (!byExactFirst.isEmpty() && first != null) {
            Rule exact = findExact(attributes.getOrDefault(first, ABSENT), attributes);
            if (exact != null) {
                return exact;
            }
        }
        return find(others, attributes);
    }

    private @Nullable Rule findExact(List<String> values, Map<String, List<String>> attributes) {
        for (int i = 0; i < values.size(); i++) {
            List<Rule> rules = byExactFirst.get(values.get(i));
            Rule rule = rules == null ? null : find(rules, attributes);
            if (rule != null) {
                return rule;
            }
        }
        return null;
    }

    private static @Nullable Rule find(List<Rule> rules, Map<String, List<String>> attributes) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).matches(attributes)) {
                return rules.get(i);
            }
        }
        return null;
    }

    /** By the protocol's attributes in their order: the heavier pattern of the earliest that differs goes first. */
    private static Comparator<Rule> specificFirst(Protocol protocol) {
        return (a, b) -> {
            for (String attribute : protocol.attributes()) {
                int difference = Integer.compare(b.weight(attribute), a.weight(attribute));
                if (difference != 0) {
                    return difference;
                }
            }
            return 0;
        };
    }
}
