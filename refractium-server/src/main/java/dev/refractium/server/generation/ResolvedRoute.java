package dev.refractium.server.generation;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.config.RouteConfig;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A route of the configuration with the protocol that its name stands for.
 *
 * @param protocol null if the route is reached by silence alone
 * @param silent whether the route takes silent clients
 */
record ResolvedRoute(RouteConfig config, @Nullable Protocol protocol, Set<Transport> transports, boolean silent) {
    /** Returns whether a first datagram that was refused may be sent to another backend. */
    boolean repeatsFirst() {
        return config.handling().retry() && protocol != null && protocol.isRepeatable();
    }

    /** Returns its name in logs and tables. */
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
