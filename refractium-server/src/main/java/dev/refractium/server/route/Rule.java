package dev.refractium.server.route;

import dev.refractium.api.Identification;
import dev.refractium.server.text.Networks;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One combination of attribute values that leads to a route; a route that lists alternatives has a rule for each, so
 * that every alternative is weighed by itself. Immutable.
 */
public final class Rule {
    /** The weight of a condition that a client does not fit. */
    static final int UNFIT = -1;

    private final String[] attributes;
    private final AttributePattern[] patterns;
    private final Networks clients;

    /** Null if a map decides. */
    private final @Nullable Decision taken;

    private final @Nullable NameMap map;

    /**
     * @param match attribute to its condition; a session must fit all
     * @param clients the networks of its clients; none: every client
     */
    private Rule(
            Map<String, AttributePattern> match, Networks clients, @Nullable Decision taken, @Nullable NameMap map) {
        this.attributes = match.keySet().toArray(String[]::new);
        this.patterns = match.values().toArray(AttributePattern[]::new);
        this.clients = clients;
        this.taken = taken;
        this.map = map;
    }

    /** Returns the rules of a route whose attributes may each have one of several values. */
    public static List<Rule> expand(Map<String, List<String>> alternatives, Route route) {
        return expand(alternatives, Networks.NONE, route);
    }

    /**
     * Returns the rules of a route whose attributes may each have one of several values.
     *
     * @param clients the networks of its clients; none: every client
     */
    public static List<Rule> expand(Map<String, List<String>> alternatives, Networks clients, Route route) {
        Decision taken = new Decision(Decision.Reason.ROUTED, route);
        return combinations(alternatives).stream()
                .map(match -> new Rule(match, clients, taken, null))
                .toList();
    }

    /**
     * Returns the rules of a route that goes by a map.
     *
     * @param clients the networks of its clients; none: every client
     */
    public static List<Rule> expand(Map<String, List<String>> alternatives, Networks clients, NameMap map) {
        return combinations(alternatives).stream()
                .map(match -> new Rule(match, clients, null, map))
                .toList();
    }

    private static List<Map<String, AttributePattern>> combinations(Map<String, List<String>> alternatives) {
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
        return combinations;
    }

    /** Returns the remaining rule for a session that is known to fit in {@code attribute}, with the same decision. */
    Rule without(String attribute) {
        Map<String, AttributePattern> left = new HashMap<>();
        for (int i = 0; i < attributes.length; i++) {
            left.put(attributes[i], patterns[i]);
        }
        left.remove(attribute);
        return new Rule(left, clients, taken, map);
    }

    /** Returns the decision about sessions that fit, of a rule without a map: the route takes them. */
    Decision taken() {
        return Objects.requireNonNull(taken);
    }

    /** Returns the route of sessions that fit, of a rule without a map. */
    public Route route() {
        return Objects.requireNonNull(taken().route());
    }

    /** Returns the map that decides about sessions that fit; null if there is none. */
    @Nullable
    NameMap map() {
        return map;
    }

    /** Returns the routes of sessions that fit; of a map, one for each destination. */
    List<Route> routes() {
        return map == null ? List.of(route()) : map.routes();
    }

    /** Returns the attributes that it has conditions on, or looks up. */
    List<String> attributes() {
        List<String> asked = new ArrayList<>(List.of(attributes));
        if (map != null) {
            asked.add(map.key());
        }
        return asked;
    }

    /**
     * Returns the weight of its condition on this client, which grows with the prefix that has the client.
     *
     * @param client null: not known, and in no network
     * @return {@link #UNFIT} if it takes no session of this client; 0 if it takes those of all
     */
    int weight(@Nullable InetAddress client) {
        if (clients.isEmpty()) {
            return 0;
        }
        int length = client == null ? -1 : clients.lengthOf(client);
        return length < 0 ? UNFIT : 1 + length;
    }

    /** Returns the most that {@link #weight(InetAddress)} can be. */
    int mostWeight() {
        return 1 + clients.longest();
    }

    /** Returns whether a session with these attributes fits, if its client does. */
    boolean matches(Identification answer) {
        for (int i = 0; i < attributes.length; i++) {
            if (!patterns[i].matches(answer.values(attributes[i]))) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether both have conditions on the same attributes, of the same weight each. */
    boolean isAsSpecificAs(Rule other) {
        boolean same = attributes.length == other.attributes.length;
        for (int i = 0; same && i < attributes.length; i++) {
            same = patterns[i].weight() == other.weight(attributes[i]);
        }
        return same;
    }

    /** Returns the condition on {@code attribute}; null if there is none. */
    @Nullable
    AttributePattern asked(String attribute) {
        for (int i = 0; i < attributes.length; i++) {
            if (attributes[i].equals(attribute)) {
                return patterns[i];
            }
        }
        return null;
    }

    int weight(String attribute) {
        AttributePattern asked = asked(attribute);
        return asked == null ? 0 : asked.weight();
    }
}
