package dev.refractium.server.generation;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.config.DestinationMap;
import dev.refractium.server.config.PatternConfig;
import dev.refractium.server.config.PlacedPattern;
import dev.refractium.server.config.Problems;
import dev.refractium.server.config.ProxyVersion;
import dev.refractium.server.config.RouteConfig;
import dev.refractium.server.identify.PatternProtocol;
import dev.refractium.server.text.Suggestion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the protocol of each route, and reports problems of single routes. One use, one thread. */
final class RouteResolver {
    private final Protocols protocols;
    private final Optional<Path> pluginsDirectory;
    private final Problems problems;
    private final Map<String, Protocol> patternProtocols = new HashMap<>();

    RouteResolver(Protocols protocols, Optional<Path> pluginsDirectory, Problems problems) {
        this.protocols = protocols;
        this.pluginsDirectory = pluginsDirectory;
        this.problems = problems;
    }

    /** Returns the routes that can be served, in their order. */
    List<ResolvedRoute> resolve(List<RouteConfig> routes) {
        definePatterns(routes);
        List<ResolvedRoute> resolved = new ArrayList<>();
        for (RouteConfig route : routes) {
            int before = problems.found();
            Protocol protocol = find(route);
            boolean silent = route.selection().serverFirst().orElse(protocol != null && protocol.serverSpeaksFirst());
            if (protocol == null && !silent) {
                unknown(route);
            }
            checkAttributes(route, protocol, silent);
            Set<Transport> transports = transports(route, protocol);
            checkResponses(route, transports);
            checkProxy(route, transports);
            checkTimes(route, transports);
            if (problems.found() == before) {
                resolved.add(new ResolvedRoute(
                        route, protocol, transports, silent, route.selection().match()));
            }
        }
        return resolved;
    }

    /** Defines the pattern protocols. Several tables may share one; each adds its patterns. */
    private void definePatterns(List<RouteConfig> routes) {
        Map<String, List<RouteConfig>> byName = routes.stream()
                .filter(route -> !route.selection().patterns().isEmpty())
                .collect(Collectors.groupingBy(RouteConfig::name));
        byName.forEach((name, tables) -> {
            List<PatternProtocol.Pattern> patterns = new ArrayList<>();
            Set<Transport> transports = EnumSet.noneOf(Transport.class);
            for (RouteConfig table : tables) {
                table.selection().patterns().forEach(pattern -> patterns.add(compiled(pattern)));
                transports.addAll(
                        table.selection().transports().isEmpty()
                                ? Set.of(Transport.values())
                                : table.selection().transports());
            }
            if (protocols.find(name) == null) {
                patternProtocols.put(name, new PatternProtocol(name, patterns, transports));
            } else {
                problems.add(tables.get(0)
                        .origin()
                        .problem("patterns", "\"" + name + "\" is a plugin's protocol; give the pattern another name"));
            }
        });
    }

    static PatternProtocol.Pattern compiled(PatternConfig pattern) {
        return pattern instanceof PlacedPattern placed
                ? new PatternProtocol.Placed(placed.offset(), placed.toBytes(), placed.toMask())
                : new PatternProtocol.Needle(pattern.toBytes(), pattern.end());
    }

    private @Nullable Protocol find(RouteConfig route) {
        Protocol own = patternProtocols.get(route.name());
        return own != null ? own : protocols.find(route.name());
    }

    private void unknown(RouteConfig route) {
        String close = Suggestion.closest(route.name(), protocols.names())
                .map(name -> "; did you mean \"" + name + "\"?")
                .orElse("");
        problems.add(
                route.origin()
                        .problem(
                                "name",
                                "unknown protocol \"" + route.name() + "\"" + close + InstallHint.of(pluginsDirectory)
                                        + "; " + protocols.hint()
                                        + "; for a protocol of your own add patterns, or server_first = true if its server speaks first"));
    }

    private void checkAttributes(RouteConfig route, @Nullable Protocol protocol, boolean silent) {
        for (String attribute : route.selection().match().keySet()) {
            if (protocol != null && !protocol.attributes().contains(attribute)) {
                String has = protocol.attributes().isEmpty()
                        ? "it has none"
                        : "it has: " + String.join(", ", protocol.attributes());
                problems.add(route.origin()
                        .problem(attribute, "protocol \"" + route.name() + "\" has no such attribute; " + has));
            }
        }
        if (protocol != null && route.destination().isMap()) {
            checkKey(route, protocol);
        }
        if (silent
                && (!route.selection().match().isEmpty() || route.destination().isMap())) {
            problems.add(
                    route.origin()
                            .problem(
                                    "server_first",
                                    "a client that waits for the server shows no attribute; remove the attribute or the map, or set server_first = false"));
        }
    }

    private void checkKey(RouteConfig route, Protocol protocol) {
        Optional<String> key = route.destination().map().flatMap(DestinationMap::key);
        List<String> has = protocol.attributes();
        if (key.isPresent() ? !has.contains(key.get()) : has.isEmpty()) {
            problems.add(route.origin()
                    .problem(
                            "forward_to",
                            "a map looks up an attribute, and protocol \"" + route.name() + "\" has no "
                                    + key.map(name -> "\"" + name + "\"").orElse("attribute") + "; "
                                    + (has.isEmpty() ? "it has none" : "it has: " + String.join(", ", has))));
        }
    }

    private void checkResponses(RouteConfig route, Set<Transport> transports) {
        if (route.handling().datagrams().responses().isPresent() && !transports.contains(Transport.UDP)) {
            problems.add(
                    route.origin()
                            .problem(
                                    "responses",
                                    "counts answers over UDP, and this route takes TCP sessions only; remove it, or set transport"));
        }
    }

    private void checkTimes(RouteConfig route, Set<Transport> transports) {
        route.handling().rules().times().keyBeside(transports).ifPresent(key -> {
            boolean tcp = transports.contains(Transport.TCP);
            problems.add(route.origin()
                    .problem(
                            key,
                            "is for " + (tcp ? "UDP" : "TCP") + ", and this route takes " + (tcp ? "TCP" : "UDP")
                                    + " sessions only; remove it, or set transport"));
        });
    }

    private void checkProxy(RouteConfig route, Set<Transport> transports) {
        boolean udp = transports.contains(Transport.UDP);
        if (route.headers().sendProxy().equals(Optional.of(ProxyVersion.V1)) && udp) {
            problems.add(
                    route.origin()
                            .problem(
                                    "send_proxy",
                                    "is \"v1\", which is for TCP, and this route takes UDP sessions; write \"v2\", or set transport"));
        }
        if (route.headers().sendProxyUdp().isPresent() && !udp) {
            problems.add(route.origin()
                    .problem(
                            "send_proxy_udp",
                            "is about datagrams, and this route takes TCP sessions only; remove it, or set transport"));
        }
    }

    private Set<Transport> transports(RouteConfig route, @Nullable Protocol protocol) {
        Set<Transport> spoken = protocol == null ? Set.of(Transport.TCP) : protocol.transports();
        if (route.selection().transports().isEmpty()) {
            return spoken;
        }
        for (Transport asked : route.selection().transports()) {
            if (!spoken.contains(asked)) {
                problems.add(route.origin()
                        .problem(
                                "transport",
                                "\"" + route.name() + "\" is not spoken over " + asked + "; it is over "
                                        + spoken.stream()
                                                .map(Transport::name)
                                                .sorted()
                                                .collect(Collectors.joining(" and "))));
            }
        }
        return route.selection().transports();
    }
}
