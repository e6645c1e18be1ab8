package dev.refractium.server.generation;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.config.Handling;
import dev.refractium.server.config.OnFailure;
import dev.refractium.server.config.OnOddName;
import dev.refractium.server.route.NameMap;
import dev.refractium.server.route.OddNames;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.route.Rule;
import dev.refractium.server.text.Networks;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Makes the table of one listener. One use, one thread. */
final class TableBuilder {
    private final Transport transport;
    private final NetworkSets networks;
    private final Map<Protocol, List<Rule>> rules = new LinkedHashMap<>();

    /** Of each protocol; its routes say the same of what is used here. */
    private final Map<Protocol, Handling> handling = new LinkedHashMap<>();

    private final List<Rule> silent = new ArrayList<>();

    TableBuilder(Transport transport, NetworkSets networks) {
        this.transport = transport;
        this.networks = networks;
    }

    /** Returns the table of the routes that were added. */
    RouteTable table(Optional<Route> fallback) {
        List<RouteTable.Entry> entries = new ArrayList<>();
        rules.forEach((protocol, own) -> entries.add(entry(protocol, own)));
        return new RouteTable(entries, silent, fallback);
    }

    private RouteTable.Entry entry(Protocol protocol, List<Rule> own) {
        Handling said = Objects.requireNonNull(handling.get(protocol));
        return new RouteTable.Entry(
                protocol, own, said.onIncomplete() == OnFailure.FALLBACK, forOddNames(said.onOddName()));
    }

    private static OddNames forOddNames(OnOddName said) {
        return switch (said) {
            case CLOSE -> OddNames.CLOSED;
            case FALLBACK -> OddNames.FALLBACK;
            case ANY -> OddNames.CATCH_ALL;
        };
    }

    /**
     * Adds a route, in the order of the configuration.
     *
     * @param made the route that it becomes, and that of each destination of its map
     */
    void add(ResolvedRoute resolved, IdentityHashMap<ResolvedRoute, Route> made) {
        Protocol protocol = resolved.protocol();
        Networks clients = networks.of(resolved.config().selection().clients());
        if (protocol != null) {
            rules.computeIfAbsent(protocol, p -> new ArrayList<>())
                    .addAll(
                            resolved.config().destination().isMap()
                                    ? Rule.expand(resolved.match(), clients, map(resolved, made))
                                    : Rule.expand(resolved.match(), clients, route(resolved, made)));
            handling.putIfAbsent(protocol, resolved.config().handling());
        }
        if (resolved.silent() && transport == Transport.TCP) {
            silent.addAll(Rule.expand(Map.of(), clients, route(resolved, made)));
        }
    }

    private static Route route(ResolvedRoute resolved, IdentityHashMap<ResolvedRoute, Route> made) {
        return Objects.requireNonNull(made.get(resolved));
    }

    private static NameMap map(ResolvedRoute resolved, IdentityHashMap<ResolvedRoute, Route> made) {
        ResolvedMap map = resolved.map().orElseThrow();
        List<Route> routes =
                map.routes().stream().map(target -> route(target, made)).toList();
        return new NameMap(resolved.config().table(), map.file(), map.key(), map.names(), routes);
    }
}
