package dev.refractium.server.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The effect of a configuration, before anything listens.
 *
 * @param configFile an absolute path
 * @param port 0: any free one
 * @param maxConnections after the descriptor limit was applied
 * @param descriptors the sum of descriptors that it may have open, and the limit
 * @param routes in the order that they are asked in
 * @param warnings what keeps it from being served as it is on this machine
 */
public record Plan(
        Optional<Path> configFile,
        Optional<Path> pluginsDirectory,
        String bind,
        int port,
        int maxConnections,
        String descriptors,
        List<Route> routes,
        List<Plugin> plugins,
        List<String> warnings) {
    /**
     * One line of the routing table.
     *
     * @param taken what the route takes: a protocol with its attributes, "silence", or "anything else"
     * @param backends in the order of the configuration
     */
    public record Route(String transport, String taken, List<String> backends) {
        public Route {
            backends = List.copyOf(backends);
        }
    }

    public Plan {
        configFile = configFile.map(file -> file.toAbsolutePath().normalize());
        routes = List.copyOf(routes);
        plugins = List.copyOf(plugins);
        warnings = List.copyOf(warnings);
    }
}
