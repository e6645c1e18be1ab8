package dev.refractium.server.generation;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.config.CheckKind;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.Destination;
import dev.refractium.server.config.HealthConfig;
import dev.refractium.server.config.Origin;
import dev.refractium.server.config.Problems;
import dev.refractium.server.config.RouteConfig;
import dev.refractium.server.upstream.HealthRules;
import dev.refractium.server.upstream.HealthRules.Interval;
import dev.refractium.server.upstream.HealthRules.Probes;
import dev.refractium.server.upstream.HealthRules.Thresholds;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Decides how each source is probed: once, however many routes lead to it. A check that a route or its pool asks for goes
 * before the server's; two of those that differ are a problem. One use, one thread.
 */
final class HealthResolver {
    private final Map<Path, byte[]> files;
    private final Problems problems;
    private final Map<Source, List<Wish>> wishes = new LinkedHashMap<>();

    /** @param files the content of each {@code send_file}, by its path as written */
    HealthResolver(Map<Path, byte[]> files, Problems problems) {
        this.files = files;
        this.problems = problems;
    }

    /**
     * A check that is asked for.
     *
     * @param own whether it is the route's or its pool's own, not the server's
     * @param origin where its key {@code health} is written
     */
    record Wish(HealthConfig config, boolean own, Origin origin, Optional<ResolvedRoute> route) {
        /** Returns what is asked for the servers of a fallback. */
        static Wish ofFallback(Config config, Destination destination) {
            return ofPool(config, destination, Optional.empty()).orElseGet(() -> ofServer(config, Optional.empty()));
        }

        /** Returns what a route, its pool or else the server asks for the route's servers. */
        static Wish of(Config config, ResolvedRoute route) {
            RouteConfig keys = route.config();
            // A route whose map names a pool may have rules for the pools of addresses beside it.
            Optional<Wish> own = keys.destination().pool().isPresent()
                    ? ofPool(config, keys.destination(), Optional.of(route))
                    : keys.rules().health().map(health -> new Wish(health, true, keys.origin(), Optional.of(route)));
            return own.orElseGet(() -> ofServer(config, Optional.of(route)));
        }

        private static Optional<Wish> ofPool(Config config, Destination destination, Optional<ResolvedRoute> route) {
            return destination
                    .pool()
                    .flatMap(name -> Optional.ofNullable(config.pools().get(name)))
                    .flatMap(pool -> pool.rules().health().map(health -> new Wish(health, true, pool.origin(), route)));
        }

        private static Wish ofServer(Config config, Optional<ResolvedRoute> route) {
            return new Wish(
                    config.server().timeouts().health(), false, config.server().origin(), route);
        }

        private Optional<Protocol> protocol() {
            return route.flatMap(found -> Optional.ofNullable(found.protocol()));
        }
    }

    /** Adds what a route, or the fallback, asks for the sources of its pool. */
    void add(Pool pool, Wish wish) {
        pool.sources()
                .forEach(source -> wishes.computeIfAbsent(source, first -> new ArrayList<>())
                        .add(wish));
    }

    /** Returns how each source is probed; reports what contradicts. */
    Map<Source, HealthRules> resolve() {
        Map<Source, HealthRules> rules = new HashMap<>();
        wishes.forEach((source, all) -> rules.put(source, rules(source, all)));
        return rules;
    }

    private HealthRules rules(Source source, List<Wish> all) {
        List<Wish> own = all.stream().filter(Wish::own).toList();
        own.stream()
                .filter(wish -> !wish.config().equals(own.get(0).config()))
                .findFirst()
                .ifPresent(other -> problems.add(other.origin()
                        .problem(
                                "health",
                                "\"" + source + "\" is checked in another way at "
                                        + own.get(0).origin().at("health")
                                        + ", and a backend is checked once; write the same here, or"
                                        + " name another backend")));
        List<Wish> heard = own.isEmpty() ? all : own;
        HealthConfig config = heard.get(0).config();
        refusePort(source, heard.get(0));
        return new HealthRules(check(source, heard).map(check -> probes(config, check)), config.resets());
    }

    /** Returns the check; empty: there are no probes, and an empty check in it: a connect is enough. */
    private Optional<Optional<Supplier<HealthCheck>>> check(Source source, List<Wish> heard) {
        Wish first = heard.get(0);
        boolean udp = source.transport() == Transport.UDP;
        Optional<Optional<Supplier<HealthCheck>>> connect = udp ? Optional.empty() : Optional.of(Optional.empty());
        return switch (first.config().check().orElse(CheckKind.TCP)) {
            case OFF -> Optional.empty();
            case TCP -> {
                if (first.config().check().isPresent()) {
                    refuseOverUdp(source, first);
                }
                yield connect;
            }
            case TLS -> {
                refuseOverUdp(source, first);
                Optional<String> name = name(heard);
                yield udp ? Optional.empty() : Optional.of(Optional.of(() -> HealthCheck.tls(name)));
            }
            case PROTOCOL -> {
                Optional<Supplier<HealthCheck>> known = ofProtocol(source, heard);
                if (known.isEmpty() && first.own()) {
                    problems.add(first.origin()
                            .problem(
                                    "health",
                                    "is \"protocol\", and no protocol here knows how to check \"" + source + "\" over "
                                            + source.transport() + "; write check = \"send\", "
                                            + (udp ? "" : "\"tcp\" ") + "or \"off\""));
                }
                yield known.isPresent() ? Optional.of(known) : connect;
            }
            case SEND ->
                Optional.of(Optional.of(new ConfiguredCheck.Maker(first.config().exchange(), files)));
        };
    }

    private static Optional<Supplier<HealthCheck>> ofProtocol(Source source, List<Wish> heard) {
        for (Wish wish : heard) {
            Protocol protocol = wish.protocol().orElse(null);
            Map<String, String> names = wish.route().map(HealthResolver::exact).orElse(Map.of());
            Transport transport = source.transport();
            if (protocol != null && protocol.healthCheck(transport, names).isPresent()) {
                return Optional.of(() -> protocol.healthCheck(transport, names).orElseThrow());
            }
        }
        return Optional.empty();
    }

    private void refuseOverUdp(Source source, Wish wish) {
        boolean only = wish.route()
                .map(route -> !route.transports().contains(Transport.TCP))
                .orElse(false);
        if (wish.own() && only && source.transport() == Transport.UDP) {
            problems.add(wish.origin()
                    .problem(
                            "health",
                            "checks by TCP, and \"" + source
                                    + "\" gets UDP sessions only; write \"protocol\", check = \"send\" or \"off\""));
        }
    }

    private void refusePort(Source source, Wish wish) {
        if (wish.own() && wish.config().port().isPresent() && source.isUnix()) {
            problems.add(wish.origin()
                    .problem("health", "has a port, and \"" + source + "\" is a Unix socket; remove port"));
        }
    }

    private static Probes probes(HealthConfig config, Optional<Supplier<HealthCheck>> check) {
        return new Probes(
                new Interval(config.times().interval(), config.times().jitter()),
                config.times().timeout(),
                new Thresholds(config.thresholds().rise(), config.thresholds().fall()),
                config.port(),
                check);
    }

    /** Returns the first exact name that a route asks of a client, by whichever attribute. */
    private static Optional<String> name(List<Wish> heard) {
        return heard.stream()
                .flatMap(wish -> wish.route().stream())
                .map(HealthResolver::exact)
                .flatMap(names -> Stream.of("sni", "host").flatMap(key -> Optional.ofNullable(names.get(key)).stream()))
                .findFirst();
    }

    /** Returns the first exact value of each attribute that a route asks for. */
    private static Map<String, String> exact(ResolvedRoute route) {
        Map<String, String> exact = new HashMap<>();
        route.match()
                .forEach((attribute, values) -> values.stream()
                        .filter(value -> !value.isEmpty() && !value.startsWith("*."))
                        .findFirst()
                        .ifPresent(value -> exact.put(attribute, value)));
        return Map.copyOf(exact);
    }
}
