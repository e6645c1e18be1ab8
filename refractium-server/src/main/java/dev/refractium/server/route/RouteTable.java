package dev.refractium.server.route;

import dev.refractium.api.Identification;
import dev.refractium.api.Protocol;
import dev.refractium.server.identify.Candidate;
import dev.refractium.server.identify.Identifier;
import dev.refractium.server.route.Decision.Reason;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The routes of one transport. Immutable; any thread. */
public final class RouteTable {
    /** No routes. */
    public static final RouteTable EMPTY = new RouteTable(List.of(), List.of(), Optional.empty());

    private final Identifier identifier;
    private final List<Entry> entries;
    private final Rules[] rules;

    /** The rules of silent clients; the one with the longest prefix of clients first. */
    private final Rule[] silent;

    private final @Nullable Route fallback;
    private final Decision unmatched;
    private final Decision noRoute;
    private final Decision incomplete;
    private final Decision incompleteElsewhere;
    private final Decision unansweredSilence;
    private final Decision unreachable;
    private final Decision unreachableElsewhere;
    private final List<Route> all;
    private final Map<String, Route> byName;

    /**
     * @param entries in the order of the configuration
     * @param silent the rules of silent clients
     * @param fallback the route of sessions that no other route takes
     */
    public RouteTable(List<Entry> entries, List<Rule> silent, Optional<Route> fallback) {
        List<Candidate> candidates = new ArrayList<>();
        for (Entry entry : entries) {
            candidates.add(entry.candidate(candidates.size()));
        }
        this.entries = List.copyOf(entries);
        this.rules = entries.stream()
                .map(entry -> new Rules(entry.protocol(), entry.rules()))
                .toArray(Rules[]::new);
        this.identifier = new Identifier(candidates);
        this.silent = silent.stream().sorted(Rules.LONGEST_PREFIX_FIRST).toArray(Rule[]::new);
        this.fallback = fallback.orElse(null);
        this.unmatched = new Decision(Reason.UNMATCHED, this.fallback);
        this.noRoute = new Decision(Reason.NO_ROUTE, this.fallback);
        this.incomplete = new Decision(Reason.INCOMPLETE, null);
        this.incompleteElsewhere = new Decision(Reason.INCOMPLETE, this.fallback);
        this.unansweredSilence = new Decision(Reason.SILENT, this.fallback);
        this.unreachable = new Decision(Reason.UNREACHABLE, null);
        this.unreachableElsewhere = new Decision(Reason.UNREACHABLE, this.fallback);
        this.all = together();
        this.byName = all.stream().collect(Collectors.toMap(Route::name, route -> route, (first, again) -> first));
    }

    /**
     * A protocol with its rules.
     *
     * @param fallbackIfIncomplete whether sessions whose attributes never became readable go to the fallback, and those
     *     that are undecided at the end of the wait
     * @param oddNames where sessions go whose one name is no host name
     */
    public record Entry(Protocol protocol, List<Rule> rules, boolean fallbackIfIncomplete, OddNames oddNames) {
        public Entry {
            rules = List.copyOf(rules);
        }

        private Candidate candidate(int index) {
            Set<String> asked =
                    rules.stream().flatMap(rule -> rule.attributes().stream()).collect(Collectors.toSet());
            List<Route> routes =
                    rules.stream().flatMap(rule -> rule.routes().stream()).toList();
            Stream<String> hashed = routes.stream().flatMap(route -> route.pool().hashOn().stream());
            Stream<String> shown = routes.stream()
                    .flatMap(route -> route.hooks().stream())
                    .flatMap(hook -> hook.attributes().stream());
            Set<String> wanted = Stream.concat(hashed, shown)
                    .filter(protocol.attributes()::contains)
                    .collect(Collectors.toCollection(() -> new HashSet<>(asked)));
            return new Candidate(protocol, index, asked, wanted);
        }
    }

    /** Returns a table that asks the same protocols in the same order, and takes every session to {@code route}. */
    public RouteTable leadingTo(Route route) {
        List<Rule> always = Rule.expand(Map.of(), route);
        List<Entry> same = entries.stream()
                .map(entry -> new Entry(entry.protocol(), always, true, OddNames.FALLBACK))
                .toList();
        return new RouteTable(same, List.of(), Optional.of(route));
    }

    /** Returns what finds out which protocol a session speaks. */
    public Identifier identifier() {
        return identifier;
    }

    /**
     * Decides about a session by its first bytes, when no more are waited for.
     *
     * @param outcome the result of the identification; one that still waits counts as a no
     * @param candidate the protocol that decided; null if none did
     * @param answer the candidate's answer
     * @param client null if it is not known: then it is in no network that a route asks for
     */
    public Decision decide(
            Identifier.Outcome outcome,
            @Nullable Candidate candidate,
            Identification answer,
            @Nullable InetAddress client) {
        if (candidate == null || outcome == Identifier.Outcome.NONE || outcome == Identifier.Outcome.WAIT) {
            return unmatched;
        }
        if (outcome == Identifier.Outcome.INCOMPLETE || outcome == Identifier.Outcome.UNDECIDED) {
            if (answer.isOddName()) {
                return ofOddName(candidate.index(), client);
            }
            return entries.get(candidate.index()).fallbackIfIncomplete() ? incompleteElsewhere : incomplete;
        }
        Decision taken = rules[candidate.index()].decide(answer, client);
        return taken == null ? noRoute : taken;
    }

    private Decision ofOddName(int entry, @Nullable InetAddress client) {
        return switch (entries.get(entry).oddNames()) {
            case CLOSED -> incomplete;
            case FALLBACK -> incompleteElsewhere;
            case CATCH_ALL -> {
                Rule rule = rules[entry].findCatchAll(client);
                yield rule == null ? incomplete : rule.taken();
            }
        };
    }

    /** Decides about a session whose client sends nothing. */
    public Decision ofSilence(@Nullable InetAddress client) {
        Rule rule = ruleOfSilence(client);
        return rule == null ? unansweredSilence : rule.taken();
    }

    /** Returns whether a route takes this client if it is silent. */
    public boolean takesSilence(@Nullable InetAddress client) {
        return ruleOfSilence(client) != null;
    }

    private @Nullable Rule ruleOfSilence(@Nullable InetAddress client) {
        return Rules.find(silent, Identification.noMatch(), client);
    }

    /** Decides about a session of {@code route}, none of whose backends can be reached. */
    public Decision ofUnreachable(Route route) {
        return route.fallbackIfUnhealthy() && !route.equals(fallback) ? unreachableElsewhere : unreachable;
    }

    /** Returns the routes of silent clients, in the order that they are tried in. */
    public List<Route> silent() {
        return Arrays.stream(silent).map(Rule::route).toList();
    }

    /** Returns the route of sessions that no other route takes; null: they are closed. */
    public @Nullable Route fallback() {
        return fallback;
    }

    /** Returns every protocol with its rules, in the order of the configuration. */
    public List<Entry> entries() {
        return entries;
    }

    /** Returns the route of this name, whether it is a protocol's, that of silence or the fallback. */
    public Optional<Route> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Returns every route, including those of silence and the fallback. */
    public List<Route> all() {
        return all;
    }

    private List<Route> together() {
        Set<Route> together = new LinkedHashSet<>(routes());
        together.addAll(silent());
        List<Route> everything = new ArrayList<>(together);
        if (fallback != null) {
            everything.add(fallback);
        }
        return List.copyOf(everything);
    }

    /** Returns every route of a protocol, in the order that they are tried in. */
    public List<Route> routes() {
        return Arrays.stream(rules)
                .flatMap(own -> own.all().stream())
                .flatMap(rule -> rule.routes().stream())
                .distinct()
                .toList();
    }

    /** Returns every map that a route goes by, in the order that they are looked up in. */
    public List<NameMap> maps() {
        return Arrays.stream(rules)
                .flatMap(own -> own.all().stream())
                .flatMap(rule -> Optional.ofNullable(rule.map()).stream())
                .distinct()
                .toList();
    }
}
