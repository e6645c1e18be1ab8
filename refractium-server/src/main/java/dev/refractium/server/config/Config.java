package dev.refractium.server.config;

import java.util.List;

/**
 * A whole configuration.
 *
 * @param routes in the order of the file, which is the order that protocols are asked in
 */
public record Config(ServerConfig server, List<RouteConfig> routes) {
    public Config {
        routes = List.copyOf(routes);
    }
}
