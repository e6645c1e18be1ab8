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

    /**
     * What is wrong with these parts together, as far as that can be told without the plugins: ties, unreachable
     * patterns, a fallback that is asked for and missing, a peek too small for what is asked of it. Empty: nothing.
     */
    public List<Problem> problems() {
        return new Conflicts(this).problems();
    }
}
