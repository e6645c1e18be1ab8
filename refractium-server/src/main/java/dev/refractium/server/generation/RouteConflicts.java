package dev.refractium.server.generation;

import dev.refractium.api.Identification;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.config.PatternConfig;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.RouteConfig;
import dev.refractium.server.identify.BytePeek;
import dev.refractium.server.identify.PatternProtocol;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says which routes of one transport contradict each other. One use, one thread. */
final class RouteConflicts {
    private final Transport transport;
    private final List<Problem> problems = new ArrayList<>();

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
        return problems;
    }

    private void compare(ResolvedRoute earlier, ResolvedRoute route) {
        RouteConfig config = route.config();
        String other = earlier.config().origin().at("name");
        if (earlier.protocol() != null && earlier.protocol() == route.protocol()) {
            if (overlap(earlier.config().match(), config.match())) {
                problems.add(config.origin()
                        .problem(
                                "name",
                                "a tie: this route asks for the same as the one of " + other
                                        + "; merge their backends, or make one more specific"));
            }
            if (earlier.config().onIncomplete() != config.onIncomplete()) {
                problems.add(config.origin()
                        .problem(
                                "on_incomplete",
                                "differs from that of " + other
                                        + ", a route of the same protocol; say the same in both"));
            }
        } else {
            config.patterns().forEach(pattern -> checkReachable(earlier, route, pattern));
        }
    }

    /** Whether some session fits both equally well. */
    private static boolean overlap(Map<String, List<String>> a, Map<String, List<String>> b) {
        return a.keySet().equals(b.keySet())
                && a.entrySet().stream()
                        .allMatch(asked -> asked.getValue().stream()
                                .anyMatch(b.getOrDefault(asked.getKey(), List.of())::contains));
    }

    /** A pattern that an earlier protocol claims whenever it fits is never reached. */
    private void checkReachable(ResolvedRoute earlier, ResolvedRoute route, PatternConfig pattern) {
        Protocol protocol = earlier.protocol();
        PatternProtocol.Pattern compiled =
                new PatternProtocol.Pattern(pattern.offset(), pattern.toBytes(), pattern.toMask());
        boolean taken = earlier.config().patterns().isEmpty()
                ? protocol != null && claims(protocol, compiled)
                : earlier.config().patterns().stream()
                        .anyMatch(
                                p -> new PatternProtocol.Pattern(p.offset(), p.toBytes(), p.toMask()).covers(compiled));
        if (taken) {
            problems.add(route.config()
                    .origin()
                    .problem(
                            "patterns",
                            "can never be reached: \"" + earlier.config().name() + "\" of "
                                    + earlier.config().origin().at("name")
                                    + " is asked before and takes every such session; put this route before it"));
        }
    }

    private boolean claims(Protocol protocol, PatternProtocol.Pattern pattern) {
        byte[] full = new byte[pattern.bytes().length];
        Arrays.fill(full, (byte) 0xff);
        if (pattern.offset() > 0 || !Arrays.equals(full, pattern.mask())) {
            return false;
        }
        BytePeek peek = new BytePeek(transport).over(pattern.bytes(), pattern.bytes().length, false);
        try {
            Identification.Verdict verdict = protocol.identify(peek).verdict();
            return verdict != Identification.Verdict.NO_MATCH && verdict != Identification.Verdict.NEED_MORE;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private ResolvedRoute onlyOne(@Nullable ResolvedRoute silent, ResolvedRoute route) {
        if (silent == null) {
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
