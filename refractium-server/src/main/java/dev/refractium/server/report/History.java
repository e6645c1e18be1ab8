package dev.refractium.server.report;

import java.util.List;

/**
 * The last ten minutes of a server, as samples at equal distances, the oldest first.
 *
 * @param ageMs how long ago the newest sample was taken
 * @param routesEveryMs the distance of the samples of routes
 * @param routes the busiest routes of each listener and protocol; the route "other" without a listener is the sum of others
 */
public record History(long ageMs, Totals totals, long routesEveryMs, List<Route> routes) {
    public History {
        routes = List.copyOf(routes);
    }

    /**
     * The server as a whole.
     *
     * @param everyMs the distance of the samples
     * @param live how many sessions were alive
     * @param opened how many sessions have begun since the sample before
     * @param fromClient bytes that clients have sent since then
     * @param fromBackend bytes that backends have sent since then
     */
    public record Totals(
            long everyMs, List<Long> live, List<Long> opened, List<Long> fromClient, List<Long> fromBackend) {
        public Totals {
            live = List.copyOf(live);
            opened = List.copyOf(opened);
            fromClient = List.copyOf(fromClient);
            fromBackend = List.copyOf(fromBackend);
        }
    }

    /**
     * The sessions of one route and protocol at one listener.
     *
     * @param bytes relayed both ways since the sample before
     */
    public record Route(String listener, String transport, String protocol, String route, List<Long> bytes) {
        public Route {
            bytes = List.copyOf(bytes);
        }
    }
}
