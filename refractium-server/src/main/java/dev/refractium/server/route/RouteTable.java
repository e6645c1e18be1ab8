package dev.refractium.server.route;

import dev.refractium.api.Protocol;
import dev.refractium.server.identify.Candidate;
import dev.refractium.server.identify.Identifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The routes of one transport, ready to be asked. Immutable; any thread. */
public final class RouteTable {
    private final Identifier identifier;
    private final List<Entry> entries;
    private final Rules[] rules;
    private final @Nullable Route silent;
    private final @Nullable Route fallback;
    private final Map<String, Route> byName;

    /**
     * @param entries in the order of the configuration
     * @param silent where a client that says nothing goes
     * @param fallback where sessions go that no route takes
     */
    public RouteTable(List<Entry> entries, Optional<Route> silent, Optional<Route> fallback) {
        List<Candidate> candidates = new ArrayList<>();
        for (Entry entry : entries) {
            boolean needsAttributes = entry.rules().stream().anyMatch(Rule::asksForAttributes);
            candidates.add(new Candidate(entry.protocol(), candidates.size(), needsAttributes));
        }
        this.entries = List.copyOf(entries);
        this.rules = entries.stream()
                .map(entry -> new Rules(entry.protocol(), entry.rules()))
                .toArray(Rules[]::new);
        this.identifier = new Identifier(candidates);
        this.silent = silent.orElse(null);
        this.fallback = fallback.orElse(null);
        this.byName = all().stream().collect(Collectors.toMap(Route::name, route -> route, (first, again) -> first));
    }

    /**
     * A protocol with its rules.
     *
     * @param fallbackIfIncomplete whether sessions whose attributes never became readable go to the fallback
     */
    public record Entry(Protocol protocol, List<Rule> rules, boolean fallbackIfIncomplete) {
        public Entry {
            rules = List.copyOf(rules);
        }
    }

    /** Tells which protocol a session speaks. */
    public Identifier identifier() {
        return identifier;
    }

    /** The route of a session that {@code candidate} recognised with these attributes; null if none takes it. */
    public @Nullable Route find(Candidate candidate, Map<String, List<String>> attributes) {
        return rules[candidate.index()].find(attributes);
    }

    /** Whether sessions of {@code candidate} whose attributes never became readable go to the fallback. */
    public boolean fallbackIfIncomplete(Candidate candidate) {
        return entries.get(candidate.index()).fallbackIfIncomplete();
    }

    /** Where a client that says nothing goes; null if nowhere. */
    public @Nullable Route silent() {
        return silent;
    }

    /** Where sessions go that no route takes; null: they are closed. */
    public @Nullable Route fallback() {
        return fallback;
    }

    /** Every protocol with its rules, in the order of the configuration. */
    public List<Entry> entries() {
        return entries;
    }

    /** The route of this name, whichever way sessions come to it. */
    public Optional<Route> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Every route, those of silence and of the rest included. */
    public List<Route> all() {
        List<Route> all = new ArrayList<>(routes());
        if (silent != null && !all.contains(silent)) {
            all.add(silent);
        }
        if (fallback != null) {
            all.add(fallback);
        }
        return all;
    }

    /** Every route of a protocol, in the order that they are asked in. */
    public List<Route> routes() {
        return Arrays.stream(rules)
                .flatMap(own -> own.all().stream())
                .map(Rule::route)
                .distinct()
                .toList();
    }
}
