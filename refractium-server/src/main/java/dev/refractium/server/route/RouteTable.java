package dev.refractium.server.route;

import dev.refractium.api.Protocol;
import dev.refractium.server.identify.Candidate;
import dev.refractium.server.identify.Identifier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The routes of one transport, ready to be asked. Immutable; any thread. */
public final class RouteTable {
    private final Identifier identifier;

    private final IdentityHashMap<Protocol, Entry> entries = new IdentityHashMap<>();

    private final List<Entry> ordered;
    private final @Nullable Route silent;
    private final @Nullable Route fallback;

    /**
     * @param entries in the order of the configuration
     * @param silent where a client that says nothing goes
     * @param fallback where sessions go that no route takes
     */
    public RouteTable(List<Entry> entries, Optional<Route> silent, Optional<Route> fallback) {
        List<Candidate> candidates = new ArrayList<>();
        for (Entry entry : entries) {
            candidates.add(entry.candidate());
            this.entries.put(entry.protocol(), entry);
        }
        this.ordered = List.copyOf(entries);
        this.identifier = new Identifier(candidates);
        this.silent = silent.orElse(null);
        this.fallback = fallback.orElse(null);
    }

    /**
     * A protocol with its rules.
     *
     * @param rules sorted here, the most specific first: the first that matches is the one
     * @param fallbackIfIncomplete whether sessions whose attributes never became readable go to the fallback
     */
    public record Entry(Protocol protocol, List<Rule> rules, boolean fallbackIfIncomplete) {
        public Entry {
            List<Rule> sorted = new ArrayList<>(rules);
            sorted.sort(specificFirst(protocol));
            rules = List.copyOf(sorted);
        }

        Candidate candidate() {
            return new Candidate(
                    protocol, rules.stream().anyMatch(r -> !r.match().isEmpty()));
        }
    }

    /** Tells which protocol a session speaks. */
    public Identifier identifier() {
        return identifier;
    }

    /** The route of a session of {@code protocol} with these attributes; null if none takes it. */
    public @Nullable Route find(Protocol protocol, Map<String, List<String>> attributes) {
        Entry entry = entries.get(protocol);
        if (entry != null) {
            List<Rule> rules = entry.rules();
            for (int i = 0; i < rules.size(); i++) {
                if (rules.get(i).matches(attributes)) {
                    return rules.get(i).route();
                }
            }
        }
        return null;
    }

    /** Whether sessions of {@code protocol} whose attributes never became readable go to the fallback. */
    public boolean fallbackIfIncomplete(Protocol protocol) {
        Entry entry = entries.get(protocol);
        return entry != null && entry.fallbackIfIncomplete();
    }

    /** Where a client that says nothing goes; null if nowhere. */
    public @Nullable Route silent() {
        return silent;
    }

    /** Where sessions go that no route takes; null: they are closed. */
    public @Nullable Route fallback() {
        return fallback;
    }

    /** Every protocol with its routes, in the order of the configuration. */
    public List<Entry> entries() {
        return ordered;
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
