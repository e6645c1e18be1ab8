package dev.refractium.server.route;

import dev.refractium.api.Identification;
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
    /** What a pattern for absence asks for. */
    private static final String ABSENT = "";

    private static final Rule[] NONE = {};

    private final @Nullable String first;
    private final Map<String, Rule[]> byExactFirst = new HashMap<>();
    private final Rule[] others;
    private final List<Rule> all;

    Rules(Protocol protocol, List<Rule> rules) {
        List<Rule> sorted = new ArrayList<>(rules);
        sorted.sort(specificFirst(protocol));
        all = List.copyOf(sorted);
        first = protocol.attributes().isEmpty() ? null : protocol.attributes().get(0);
        Map<String, List<Rule>> exact = new HashMap<>();
        List<Rule> rest = new ArrayList<>();
        for (Rule rule : all) {
            AttributePattern asked = first == null ? null : rule.asked(first);
            String value = asked == null ? null : asked.exact();
            (value == null ? rest : exact.computeIfAbsent(value, v -> new ArrayList<>())).add(rule);
        }
        exact.forEach((value, found) -> byExactFirst.put(value, found.toArray(NONE)));
        others = rest.toArray(NONE);
    }

    /** All of them, the most specific first. */
    List<Rule> all() {
        return all;
    }

    /** The rule that takes a session with these attributes; null if none fits. */
    @Nullable
    Rule find(Identification answer) {
        if (first != null && !byExactFirst.isEmpty()) {
            Rule exact = findExact(answer.values(first), answer);
            if (exact != null) {
                return exact;
            }
        }
        return find(others, answer);
    }

    private @Nullable Rule findExact(List<String> values, Identification answer) {
        if (values.isEmpty()) {
            return find(byExactFirst.getOrDefault(ABSENT, NONE), answer);
        }
        for (int i = 0; i < values.size(); i++) {
            Rule rule = find(byExactFirst.getOrDefault(values.get(i), NONE), answer);
            if (rule != null) {
                return rule;
            }
        }
        return null;
    }

    private static @Nullable Rule find(Rule[] rules, Identification answer) {
        for (Rule rule : rules) {
            if (rule.matches(answer)) {
                return rule;
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
