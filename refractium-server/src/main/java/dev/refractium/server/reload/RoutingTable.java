package dev.refractium.server.reload;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.report.Plan;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.upstream.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The routes of a generation as an operator reads them, in the order that they are tried in. */
public final class RoutingTable {
    private RoutingTable() {}

    public static List<Plan.Route> of(Generation generation, Set<Transport> transports) {
        List<Plan.Route> lines = new ArrayList<>();
        for (Transport transport : transports) {
            RouteTable table = generation.table(transport);
            table.routes().forEach(route -> lines.add(line(transport, route.name(), route)));
            table.silent()
                    .forEach(silent -> lines.add(line(transport, "silence (" + silent.name() + ")", silent)));
            Route fallback = table.fallback();
            if (fallback != null) {
                lines.add(line(transport, "anything else", fallback));
            }
        }
        return lines;
    }

    /** Returns the line of one route, under the name of what it takes. */
    public static Plan.Route line(Transport transport, String taken, Route route) {
        return new Plan.Route(
                transport.name().toLowerCase(Locale.ROOT),
                taken,
                route.pool().backends().stream().map(Backend::toString).toList());
    }
}
