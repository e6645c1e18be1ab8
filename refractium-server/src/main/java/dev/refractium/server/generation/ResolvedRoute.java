package dev.refractium.server.generation;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.config.Handling;
import dev.refractium.server.config.RouteConfig;
import dev.refractium.server.route.DatagramRules;
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
    /** Returns what is asked of its UDP sessions: what the protocol says of itself, unless a key says otherwise. */
    DatagramRules datagrams() {
        if (protocol == null) {
            return DatagramRules.NONE;
        }
        Handling keys = config.handling();
        return new DatagramRules(
                keys.retry() && protocol.isRepeatable(), keys.responses().orElse(protocol.responses()));
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
