package dev.refractium.server;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a configuration comes to, before anything listens.
 *
 * @param configFile from the root, wherever the process was started
 * @param port 0: any free one
 * @param maxConnections after the descriptor limit has had its say
 * @param routes in the order that they are asked in
 */
public record Plan(
        Optional<Path> configFile,
        Optional<Path> pluginsDirectory,
        String bind,
        int port,
        int maxConnections,
        List<RouteInfo> routes,
        List<PluginInfo> plugins) {
    public Plan {
        configFile = configFile.map(file -> file.toAbsolutePath().normalize());
        routes = List.copyOf(routes);
        plugins = List.copyOf(plugins);
    }
}
