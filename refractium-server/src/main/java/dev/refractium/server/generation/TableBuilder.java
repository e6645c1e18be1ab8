package dev.refractium.server.generation;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.config.OnFailure;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.route.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the table of one listener. One use, one thread. */
final class TableBuilder {
    private final Transport transport;
    private final Optional<Route> fallback;
    private final Map<Protocol, List<Rule>> rules = new LinkedHashMap<>();
    private final Map<Protocol, Boolean> fallbackIfIncomplete = new LinkedHashMap<>();
    private Optional<Route> silent = Optional.empty();

    TableBuilder(Transport transport, Optional<Route> fallback) {
        this.transport = transport;
        this.fallback = fallback;
    }

    /** @param routes in the order of the configuration */
    RouteTable table(Map<ResolvedRoute, Route> routes) {
        routes.forEach(this::add);
        List<RouteTable.Entry> entries = new ArrayList<>();
        rules.forEach((protocol, own) ->
                entries.add(new RouteTable.Entry(protocol, own, fallbackIfIncomplete.getOrDefault(protocol, false))));
        return new RouteTable(entries, silent, fallback);
    }

    private void add(ResolvedRoute resolved, Route route) {
        Protocol protocol = resolved.protocol();
        if (protocol != null) {
            rules.computeIfAbsent(protocol, p -> new ArrayList<>())
                    .addAll(Rule.expand(resolved.config().selection().match(), route));
            fallbackIfIncomplete.merge(
                    protocol, resolved.config().handling().onIncomplete() == OnFailure.FALLBACK, Boolean::logicalOr);
        }
        if (resolved.silent() && transport == Transport.TCP) {
            silent = Optional.of(route);
        }
    }
}
