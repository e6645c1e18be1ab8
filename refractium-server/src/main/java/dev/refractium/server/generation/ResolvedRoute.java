package dev.refractium.server.generation;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.config.DatagramConfig;
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
import org.jspecify.annotations.Nullable;

/**
 * A route of the configuration with the protocol that its name stands for.
 *
 * @param protocol null if the route is reached by silence alone
 * @param silent whether the route takes silent clients
 * @param match the required values of attributes, in the protocol's own form
 */
record ResolvedRoute(
        RouteConfig config,
        @Nullable Protocol protocol,
        Set<Transport> transports,
        boolean silent,
        Map<String, List<String>> match) {
    ResolvedRoute {
        match = Map.copyOf(match);
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
