package dev.refractium.server.generation;

import dev.refractium.api.Identification;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.config.PatternConfig;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.config.RouteConfig;
import dev.refractium.server.identify.BytePeek;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
        ResolvedRoute silent = null;
        for (int i = 0; i < routes.size(); i++) {
            ResolvedRoute route = routes.get(i);
            for (ResolvedRoute earlier : routes.subList(0, i)) {
                compare(earlier, route);
            }
            if (route.silent() && transport == Transport.TCP) {
                silent = onlyOne(silent, route);
            }
        }
        return problems.all();
    }

    private void compare(ResolvedRoute earlier, ResolvedRoute route) {
        RouteConfig config = route.config();
        String other = earlier.config().origin().at("name");
        if (earlier.protocol() != null && earlier.protocol() == route.protocol()) {
            boolean alias = !earlier.config().name().equals(config.name());
            if (alias
                    && overlap(
                            earlier.config().selection().match(),
                            config.selection().match())) {
                problems.add(
                        config.origin()
                                .problem(
                                        "name",
                                        "a tie: this is the protocol of " + other
                                                + " by another name, asking for the same; merge their backends, or make one more specific"));
            }
            if (earlier.config().handling().onIncomplete() != config.handling().onIncomplete()) {
                problems.add(config.origin()
                        .problem(
                                "on_incomplete",
                                "differs from that of " + other
                                        + ", a route of the same protocol; use the same value in both"));
            }
        } else {
            config.selection().patterns().forEach(pattern -> checkReachable(earlier, route, pattern));
        }
    }

    /** Returns whether some session fits both equally well. */
    private static boolean overlap(Map<String, List<String>> a, Map<String, List<String>> b) {
        return a.keySet().equals(b.keySet())
                && a.entrySet().stream()
                        .allMatch(asked -> asked.getValue().stream()
                                .anyMatch(b.getOrDefault(asked.getKey(), List.of())::contains));
    }

    /** Reports a pattern that is never reached, since an earlier protocol claims whatever the pattern fits. */
    private void checkReachable(ResolvedRoute earlier, ResolvedRoute route, PatternConfig pattern) {
        Protocol protocol = earlier.protocol();
        if (protocol != null && earlier.config().selection().patterns().isEmpty() && claims(protocol, pattern)) {
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

    private ResolvedRoute onlyOne(@Nullable ResolvedRoute silent, ResolvedRoute route) {
        boolean bothSaid = silent != null
                && silent.config().selection().serverFirst().isPresent()
                && route.config().selection().serverFirst().isPresent();
        if (silent == null || bothSaid) {
            return route;
        }
        problems.add(route.config()
                .origin()
                .problem(
                        "server_first",
                        "only one route a transport can be reached by silence, and \""
                                + silent.config().name() + "\" of "
                                + silent.config().origin().at("name")
                                + " is; set server_first = false in one of them"));
        return silent;
    }
}
