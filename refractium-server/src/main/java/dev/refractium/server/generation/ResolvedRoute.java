package dev.refractium.server.generation;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.config.RouteConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A route of the configuration with what its name turned out to mean.
 *
 * @param protocol null where the route is reached by silence alone
 * @param silent whether a client that says nothing is taken here
 * @param match what it asks of attributes, in the form that the protocol's answers have
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

    /** Returns whether a first datagram that was refused may be sent to another backend. */
    boolean repeatsFirst() {
        return config.handling().retry() && protocol != null && protocol.isRepeatable();
    }

    /** What logs and tables call it: as the operator wrote it. */
    String label() {
        if (config.selection().match().isEmpty()) {
            return config.name();
        }
        return config.selection().match().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(asked -> asked.getKey() + "=" + String.join("|", asked.getValue()))
                .collect(Collectors.joining(",", config.name() + "[", "]"));
    }
}
