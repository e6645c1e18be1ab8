package dev.refractium.server.config;

import dev.refractium.api.Transport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One {@code [[protocols]]} table: which sessions go to which backends.
 *
 * @param name the protocol's name: lower case, "-" written as "_"
 * @param forwardTo the backends, balanced; not empty
 * @param match attribute to the values it takes, each exact, {@code *.suffix}, or "" for proved absence; a session must
 *     fit one value of every attribute named
 * @param patterns magic bytes, of which one must fit; where there are any, the route makes a protocol of its own
 * @param serverFirst whether the route is reached by a client's silence; empty: what the protocol says of itself
 * @param transports empty: what the protocol speaks
 * @param onIncomplete what becomes of a session of this protocol whose attributes never became readable
 * @param onUnhealthy what becomes of a session when no backend can be reached
 * @param origin where the keys were said
 */
public record RouteConfig(
        @Key("name") String name,
        @Key("forward_to") List<Endpoint> forwardTo,
        Map<String, List<String>> match,
        @Key("patterns") List<PatternConfig> patterns,
        @Key("server_first") Optional<Boolean> serverFirst,
        @Key("transport") Set<Transport> transports,
        @Key("on_incomplete") OnFailure onIncomplete,
        @Key("on_unhealthy") OnFailure onUnhealthy,
        Origin origin) {
    public RouteConfig {
        forwardTo = List.copyOf(forwardTo);
        match = Map.copyOf(match);
        patterns = List.copyOf(patterns);
        transports = Set.copyOf(transports);
    }
}
