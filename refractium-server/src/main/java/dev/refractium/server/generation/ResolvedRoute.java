package dev.refractium.server.generation;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.config.DatagramConfig;
import dev.refractium.server.config.Destination;
import dev.refractium.server.config.ProxyDatagrams;
import dev.refractium.server.config.ProxyHeaders;
import dev.refractium.server.config.ProxyVersion;
import dev.refractium.server.config.RouteConfig;
import dev.refractium.server.route.DatagramRules;
import dev.refractium.server.upstream.SendProxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A route of the configuration with the protocol that its name stands for.
 *
 * @param protocol null if the route is reached by silence alone
 * @param silent whether the route takes silent clients
 * @param match the required values of attributes, in the protocol's own form
 * @param map what its map says; empty if it has none, or one that cannot be used
 */
record ResolvedRoute(
        RouteConfig config,
        @Nullable Protocol protocol,
        Set<Transport> transports,
        boolean silent,
        Map<String, List<String>> match,
        Optional<ResolvedMap> map) {
    ResolvedRoute {
        match = Map.copyOf(match);
    }

    /** Creates a route whose map has not been read. */
    ResolvedRoute(
            RouteConfig config,
            @Nullable Protocol protocol,
            Set<Transport> transports,
            boolean silent,
            Map<String, List<String>> match) {
        this(config, protocol, transports, silent, match, Optional.empty());
    }

    /** Returns the same route with what its map says. */
    ResolvedRoute by(ResolvedMap read) {
        return new ResolvedRoute(config, protocol, transports, silent, match, Optional.of(read));
    }

    /** Returns the same route to a destination of its map. */
    ResolvedRoute leadingTo(Destination destination) {
        return new ResolvedRoute(config.leadingTo(destination), protocol, transports, silent, match);
    }

    /** Returns it by each of its destinations: a route for each of its map, or itself. */
    Stream<ResolvedRoute> each() {
        return config.destination().isMap() ? map.stream().flatMap(read -> read.routes().stream()) : Stream.of(this);
    }

    /** Returns the same route, which asks for {@code other}. */
    ResolvedRoute asking(Map<String, List<String>> other) {
        return new ResolvedRoute(config, protocol, transports, silent, other);
    }

    /** Returns the PROXY headers that its backends get over one of its transports. */
    SendProxy sendProxy() {
        ProxyHeaders keys = config.headers();
        if (keys.sendProxy().isEmpty()) {
            return SendProxy.NONE;
        }
        if (keys.sendProxy().get() == ProxyVersion.V1) {
            return SendProxy.V1;
        }
        return keys.sendProxyUdp().equals(Optional.of(ProxyDatagrams.FIRST)) ? SendProxy.V2_FIRST : SendProxy.V2;
    }

    /** Returns what is asked of its UDP sessions: the protocol's own rules, unless a key overrides them. */
    DatagramRules datagrams() {
        if (protocol == null) {
            return DatagramRules.NONE;
        }
        DatagramConfig keys = config.handling().datagrams();
        return new DatagramRules(
                keys.retry() && protocol.isRepeatable(), keys.responses().orElse(protocol.responses()));
    }
}
