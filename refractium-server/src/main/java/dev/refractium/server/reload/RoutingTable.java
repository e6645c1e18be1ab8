package dev.refractium.server.reload;

import dev.refractium.api.Transport;
import dev.refractium.server.config.ListenerConfig;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.report.Plan;
import dev.refractium.server.route.NameMap;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.text.Words;
import dev.refractium.server.upstream.Backend;
import dev.refractium.server.upstream.SendProxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The routes of a generation as an operator reads them, in the order that they are tried in. */
public final class RoutingTable {
    private final Transport transport;
    private final String listener;

    /** The lines of one listener. */
    public RoutingTable(Transport transport, String listener) {
        this.transport = transport;
        this.listener = listener;
    }

    /** Returns the lines of each listener, those of TCP first. */
    public static List<Plan.Route> of(Generation generation, Set<Transport> transports) {
        List<Plan.Route> lines = new ArrayList<>();
        for (Transport transport : transports) {
            for (ListenerConfig listener : generation.config().listening()) {
                new RoutingTable(transport, listener.name()).add(generation, lines);
            }
        }
        return lines;
    }

    private void add(Generation generation, List<Plan.Route> lines) {
        RouteTable table = generation.table(transport, listener);
        Set<Route> shown = new HashSet<>();
        Map<Route, NameMap> maps = NameMap.byRoute(table.maps());
        for (Route route : table.routes()) {
            NameMap map = maps.get(route);
            if (map == null) {
                lines.add(line(route.name(), route));
            } else if (shown.add(map.routes().get(0))) {
                lines.add(line(map.label(), route, map.texts()));
            }
        }
        table.silent().forEach(silent -> lines.add(line("silence (" + silent.name() + ")", silent)));
        Route fallback = table.fallback();
        if (fallback != null) {
            lines.add(line("anything else", fallback));
        }
    }

    /** Returns the line of one route, under the name of what it takes. */
    public Plan.Route line(String taken, Route route) {
        return line(
                taken,
                route,
                route.pool().backends().stream().map(Backend::toString).toList());
    }

    private Plan.Route line(String taken, Route route, List<String> backends) {
        return new Plan.Route(
                listener,
                Words.of(transport),
                taken,
                backends,
                route.source().label(),
                proxy(route.sendProxy()),
                route.limits().texts());
    }

    private static String proxy(SendProxy headers) {
        return switch (headers) {
            case NONE -> "";
            case V1 -> "PROXY v1";
            case V2 -> "PROXY v2";
            case V2_FIRST -> "PROXY v2, first datagram";
        };
    }
}
