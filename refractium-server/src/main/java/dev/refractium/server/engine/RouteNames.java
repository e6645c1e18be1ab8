package dev.refractium.server.engine;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.net.SourceAddress;
import dev.refractium.server.route.Route;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.SendProxy;
import dev.refractium.server.upstream.Source;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Sets at each source which routes use it, for the log, and for its probes, where they dial from, which is the first
 * route's source, which PROXY headers they send, and what they check; and how many sessions it takes, the least that a
 * pool says.
 * A source that no route uses is draining.
 */
final class RouteNames {
    private RouteNames() {}

    /** Sets all of it at each of {@code sources}, by the routes of {@code generation}, the current one. */
    static void set(Generation generation, Collection<Source> sources) {
        Map<Source, Set<String>> names = new HashMap<>();
        Map<Source, SourceAddress> probed = new HashMap<>();
        Map<Source, SendProxy> headers = new HashMap<>();
        Map<Source, Set<Pool>> pools = new HashMap<>();
        Map<Source, Integer> limits = new HashMap<>();
        for (Transport transport : Transport.values()) {
            for (Route route : generation.routes(transport)) {
                route.pool()
                        .backends()
                        .forEach(backend -> limits.merge(backend.source(), backend.maxConnections(), Math::min));
                for (Source source : route.pool().sources()) {
                    names.computeIfAbsent(source, first -> new LinkedHashSet<>())
                            .add(route.name());
                    pools.computeIfAbsent(source, first -> new LinkedHashSet<>())
                            .add(route.pool());
                    probed.putIfAbsent(source, route.source().ofProbes());
                    if (route.sendProxy().isSent()) {
                        headers.put(source, route.sendProxy());
                    }
                }
            }
        }
        sources.forEach(source -> source.namedBy(names.getOrDefault(source, Set.of())));
        sources.forEach(source -> source.probeFrom(probed.getOrDefault(source, SourceAddress.ANY)));
        limits.forEach(Source::limit);
        sources.forEach(source -> source.expects(headers.getOrDefault(source, SendProxy.NONE)));
        sources.forEach(source -> source.judgeBy(generation.health(source), pools.getOrDefault(source, Set.of())));
    }
}
