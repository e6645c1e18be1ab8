package dev.refractium.server.route;

import dev.refractium.api.Identification;
import dev.refractium.api.Protocol;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one protocol, the most specific first. Rules with an exact value of its first attribute precede those
 * with a suffix of it, and these precede all others; both are therefore found by the value, however many there are.
 * Rules that go by a map come after those with conditions on attributes, in the order of the configuration, and before
 * those without. Immutable.
 */
final class Rules {
    /** The value that stands for absence. */
    private static final String ABSENT = "";

    private static final Rule[] NONE = {};

    /** The order of rules that are as specific in their attributes. */
    static final Comparator<Rule> LONGEST_PREFIX_FIRST =
            Comparator.comparingInt(Rule::mostWeight).reversed();

    private final @Nullable String first;
    private final Map<String, Rule[]> byExactFirst = new HashMap<>();
    private final Suffixes bySuffixOfFirst;
    private final Rule[] wildcards;
    private final Rule[] others;

    /** Those that go by a map, in the order of the configuration. */
    private final Rule[] mapped;

    /** Those that ask for no attribute. */
    private final Rule[] catchAll;

    private final List<Rule> all;

    Rules(Protocol protocol, List<Rule> rules) {
        List<Rule> sorted = new ArrayList<>(rules);
        sorted.removeIf(rule -> rule.map() != null);
        sorted.sort(specificFirst(protocol));
        mapped = rules.stream().filter(rule -> rule.map() != null).toArray(Rule[]::new);
        first = protocol.attributes().isEmpty() ? null : protocol.attributes().get(0);
        Map<String, List<Rule>> exact = new HashMap<>();
        Map<String, List<Rule>> suffixes = new HashMap<>();
        List<Rule> wild = new ArrayList<>();
        List<Rule> rest = new ArrayList<>();
        for (Rule rule : sorted) {
            AttributePattern asked = first == null ? null : rule.asked(first);
            if (first == null || asked == null) {
                rest.add(rule);
            } else if (asked.exact() != null) {
                exact.computeIfAbsent(asked.exact(), v -> new ArrayList<>()).add(rule.without(first));
            } else if (asked.suffix() != null) {
                wild.add(rule);
                suffixes.computeIfAbsent(asked.suffix(), v -> new ArrayList<>()).add(rule.without(first));
            }
        }
        exact.forEach((value, found) -> byExactFirst.put(value, found.toArray(NONE)));
        bySuffixOfFirst = new Suffixes(suffixes);
        wildcards = wild.toArray(NONE);
        others = rest.stream().filter(rule -> !rule.attributes().isEmpty()).toArray(Rule[]::new);
        catchAll = rest.stream().filter(rule -> rule.attributes().isEmpty()).toArray(Rule[]::new);
        // Those that ask for nothing are the last of the sorted ones.
        sorted.addAll(sorted.size() - catchAll.length, List.of(mapped));
        all = List.copyOf(sorted);
    }

    /** Returns all rules, in the order that they are tried in. */
    List<Rule> all() {
        return all;
    }

    /** Returns the decision about a session with these attributes, of this client; null if no rule fits. */
    @Nullable
    Decision decide(Identification answer, @Nullable InetAddress client) {
        Rule asking = findAsking(answer, client);
        if (asking != null) {
            return asking.taken();
        }
        for (Rule rule : mapped) {
            NameMap map = rule.map();
            if (map != null && rule.weight(client) != Rule.UNFIT && rule.matches(answer)) {
                Decision decision = map.decide(answer);
                if (decision != null) {
                    return decision;
                }
            }
        }
        Rule any = find(catchAll, answer, client);
        return any == null ? null : any.taken();
    }

    private @Nullable Rule findAsking(Identification answer, @Nullable InetAddress client) {
        if (first != null) {
            List<String> values = answer.values(first);
            Rule found = byExactFirst.isEmpty() ? null : findExact(values, answer, client);
            if (found == null && wildcards.length > 0) {
                found = findWildcard(values, answer, client);
            }
            if (found != null) {
                return found;
            }
        }
        return find(others, answer, client);
    }

    private @Nullable Rule findExact(List<String> values, Identification answer, @Nullable InetAddress client) {
        if (values.isEmpty()) {
            return find(byExactFirst.getOrDefault(ABSENT, NONE), answer, client);
        }
        for (int i = 0; i < values.size(); i++) {
            Rule rule = find(byExactFirst.getOrDefault(values.get(i), NONE), answer, client);
            if (rule != null) {
                return rule;
            }
        }
        return null;
    }

    /** Of several values, the one with the longest suffix counts. */
    private @Nullable Rule findWildcard(List<String> values, Identification answer, @Nullable InetAddress client) {
        return switch (values.size()) {
            case 0 -> null;
            case 1 -> bySuffixOfFirst.find(values.get(0), answer, client);
            default -> find(wildcards, answer, client);
        };
    }

    /** Returns the rule that asks for no attribute and takes a session of this client; null if there is none. */
    @Nullable
    Rule findCatchAll(@Nullable InetAddress client) {
        return find(catchAll, Identification.noMatch(), client);
    }

    /**
     * Returns the first rule that fits or, of those that are as specific in their attributes, the one with the longest
     * prefix that has the client; null if none fits.
     *
     * @param rules the most specific first; of those that are as specific, the one with the longest prefix first
     */
    static @Nullable Rule find(Rule[] rules, Identification answer, @Nullable InetAddress client) {
        Rule found = null;
        int weight = Rule.UNFIT;
        for (Rule rule : rules) {
            if (found != null && (rule.mostWeight() <= weight || !rule.isAsSpecificAs(found))) {
                return found;
            }
            int own = rule.matches(answer) ? rule.weight(client) : Rule.UNFIT;
            if (own > weight) {
                found = rule;
                weight = own;
            }
        }
        return found;
    }

    /**
     * Compares by the protocol's attributes in their order: the first that differs decides, the heavier pattern first.
     * Of rules that are as specific, the one with the longest prefix of clients comes first.
     */
    private static Comparator<Rule> specificFirst(Protocol protocol) {
        return (a, b) -> {
            for (String attribute : protocol.attributes()) {
                int difference = Integer.compare(b.weight(attribute), a.weight(attribute));
                if (difference != 0) {
                    return difference;
                }
            }
            return LONGEST_PREFIX_FIRST.compare(a, b);
        };
    }
}
