package dev.refractium.server.generation;

import dev.refractium.api.Identification;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.config.OnOddName;
import dev.refractium.server.config.PatternConfig;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.config.RouteConfig;
import dev.refractium.server.config.Selection;
import dev.refractium.server.identify.BytePeek;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds routes of one transport that contradict each other, where that depends on their protocols; {@link
 * dev.refractium.server.config.Config#problems} finds the other conflicts. One use, one thread.
 */
final class RouteConflicts {
    private final Transport transport;
    private final Problems problems = new Problems();

    RouteConflicts(Transport transport) {
        this.transport = transport;
    }

    List<Problem> find(List<ResolvedRoute> all) {
        List<ResolvedRoute> routes =
                all.stream().filter(r -> r.transports().contains(transport)).toList();
        findTies(routes);
        findDifferences(routes);
        findUnreachablePatterns(routes);
        findMissingCatchAll(routes);
        findSecondSilence(routes);
        return problems.all();
    }

    /** What two routes have in common that some session fits equally well: looked up, since there may be ten thousand. */
    private record Common(Protocol protocol, Set<String> attributes, String value) {}

    private void findTies(List<ResolvedRoute> routes) {
        Map<Common, List<ResolvedRoute>> before = new HashMap<>();
        for (ResolvedRoute route : routes) {
            for (Common common : common(route)) {
                List<ResolvedRoute> rivals = before.computeIfAbsent(common, first -> new ArrayList<>());
                rivals.forEach(earlier -> checkTie(earlier, route));
                rivals.add(route);
            }
        }
    }

    /**
     * Returns one for each value of its first attribute; none if it has no protocol, or goes by a map: maps are asked one
     * after the other.
     */
    private static List<Common> common(ResolvedRoute route) {
        Protocol protocol = route.protocol();
        if (protocol == null || route.config().destination().isMap()) {
            return List.of();
        }
        Set<String> attributes = route.match().keySet();
        return attributes.stream()
                .min(Comparator.naturalOrder())
                .map(first -> route.match().getOrDefault(first, List.of()))
                .orElse(List.of(""))
                .stream()
                .map(value -> new Common(protocol, attributes, value))
                .toList();
    }

    private void checkTie(ResolvedRoute earlier, ResolvedRoute route) {
        RouteConfig config = route.config();
        boolean same = overlap(earlier.match(), route.match()) && shareClients(earlier.config(), config);
        if (same && !isToldByItself(earlier.config(), config)) {
            problems.add(config.origin()
                    .problem(
                            "name",
                            "a tie: this is the protocol of "
                                    + earlier.config().origin().at("name")
                                    + ", by another name or asking in other words, and asks for the same; merge their"
                                    + " backends, or make one more specific"));
        }
    }

    /** Finds routes that say another than the first route of their protocol where all must say the same. */
    private void findDifferences(List<ResolvedRoute> routes) {
        IdentityHashMap<Protocol, RouteConfig> firsts = new IdentityHashMap<>();
        for (ResolvedRoute route : routes) {
            RouteConfig config = route.config();
            RouteConfig first = route.protocol() == null ? null : firsts.putIfAbsent(route.protocol(), config);
            if (first == null) {
                continue;
            }
            String other = first.origin().at("name");
            if (first.handling().onIncomplete() != config.handling().onIncomplete()) {
                differs(config, "on_incomplete", other);
            }
            if (first.handling().onOddName() != config.handling().onOddName()) {
                differs(config, "on_odd_name", other);
            }
        }
    }

    /** Finds patterns that a protocol of an earlier route hides. */
    private void findUnreachablePatterns(List<ResolvedRoute> routes) {
        Map<Protocol, ResolvedRoute> earlier = new LinkedHashMap<>();
        for (ResolvedRoute route : routes) {
            List<PatternConfig> patterns = route.config().selection().patterns();
            earlier.forEach((protocol, first) -> {
                if (protocol != route.protocol()) {
                    patterns.forEach(pattern -> checkReachable(first, protocol, route, pattern));
                }
            });
            if (route.protocol() != null && patterns.isEmpty()) {
                earlier.putIfAbsent(route.protocol(), route);
            }
        }
    }

    private void findSecondSilence(List<ResolvedRoute> routes) {
        List<ResolvedRoute> silent = new ArrayList<>();
        for (ResolvedRoute route : routes) {
            if (route.silent() && transport == Transport.TCP) {
                silent.stream()
                        .filter(earlier -> isRival(earlier, route))
                        .findFirst()
                        .ifPresent(earlier -> reportSecondSilence(earlier, route));
                silent.add(route);
            }
        }
    }

    private void differs(RouteConfig route, String key, String other) {
        problems.add(route.origin()
                .problem(
                        key,
                        "differs from that of " + other
                                + ", a route of the same protocol; use the same value in both"));
    }

    /** Odd names go to a route of the protocol that asks for nothing, so there must be one. */
    private void findMissingCatchAll(List<ResolvedRoute> routes) {
        Set<Protocol> having = Collections.newSetFromMap(new IdentityHashMap<>());
        routes.stream()
                .filter(route ->
                        route.match().isEmpty() && !route.config().destination().isMap())
                .forEach(route -> having.add(route.protocol()));
        for (ResolvedRoute route : routes) {
            if (route.config().handling().onOddName() == OnOddName.ANY && !having.contains(route.protocol())) {
                problems.add(route.config()
                        .origin()
                        .problem(
                                "on_odd_name",
                                "is \"any\", and no route of \""
                                        + route.config().name()
                                        + "\" asks for nothing; add one without attributes, or write \"close\""));
            }
        }
    }

    private static boolean shareClients(RouteConfig a, RouteConfig b) {
        return a.selection().clientsSharedWith(b.selection()).isPresent();
    }

    /** Returns whether two routes tie as they are written, which is found without the protocols. */
    private static boolean isToldByItself(RouteConfig a, RouteConfig b) {
        return a.name().equals(b.name())
                && overlap(a.selection().match(), b.selection().match());
    }

    /** Returns whether some session fits both equally well. */
    private static boolean overlap(Map<String, List<String>> a, Map<String, List<String>> b) {
        return a.keySet().equals(b.keySet())
                && a.entrySet().stream()
                        .allMatch(asked -> asked.getValue().stream()
                                .anyMatch(b.getOrDefault(asked.getKey(), List.of())::contains));
    }

    /** Reports a pattern that is never reached, since an earlier protocol claims whatever the pattern fits. */
    private void checkReachable(ResolvedRoute earlier, Protocol protocol, ResolvedRoute route, PatternConfig pattern) {
        if (claims(protocol, pattern)) {
            problems.add(route.config()
                    .origin()
                    .problem(
                            "patterns",
                            "can never be reached: \"" + earlier.config().name() + "\" of "
                                    + earlier.config().origin().at("name")
                                    + " is asked before and takes every such session; put this route before it"));
        }
    }

    private boolean claims(Protocol protocol, PatternConfig pattern) {
        if (!pattern.isPrefix()) {
            return false;
        }
        byte[] bytes = pattern.toBytes();
        try {
            Identification answer = protocol.identify(new BytePeek(transport).over(bytes, bytes.length, false));
            return answer.verdict() != Identification.Verdict.NO_MATCH
                    && answer.verdict() != Identification.Verdict.NEED_MORE;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** Returns whether silent clients of both routes are the same; where both say so, that is found without protocols. */
    private static boolean isRival(ResolvedRoute earlier, ResolvedRoute route) {
        Selection first = earlier.config().selection();
        Selection second = route.config().selection();
        boolean bothSaid =
                first.serverFirst().isPresent() && second.serverFirst().isPresent();
        return !bothSaid && shareClients(earlier.config(), route.config()) && first.meetsListenersOf(second);
    }

    private void reportSecondSilence(ResolvedRoute silent, ResolvedRoute route) {
        problems.add(route.config()
                .origin()
                .problem(
                        "server_first",
                        "only one route a transport can be reached by silence, and \""
                                + silent.config().name() + "\" of "
                                + silent.config().origin().at("name")
                                + " is; set server_first = false in one of them"));
    }
}
