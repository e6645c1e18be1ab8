package dev.refractium.server;

import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.generation.Generation;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One configuration and the generation that was made of it, fit to be served.
 *
 * @param listen where; port 0: any free one
 * @param maxConnections after the descriptor limit has had its say
 * @param descriptors what it may have open, added up
 */
record Edition(
        Config config,
        Optional<Path> pluginsDirectory,
        InetSocketAddress listen,
        int maxConnections,
        String descriptors,
        Generation generation) {
    /** This, with the port that was taken where any would do. */
    Edition on(InetSocketAddress address) {
        return new Edition(config, pluginsDirectory, address, maxConnections, descriptors, generation);
    }

    /** What it comes to, for who asks. */
    Plan plan(Optional<Path> file, Set<Transport> transports) {
        return new Plan(
                file,
                pluginsDirectory,
                config.server().listener().bind(),
                config.server().listener().port(),
                maxConnections,
                descriptors,
                RoutingTable.of(generation, transports),
                PluginReport.of(generation.scan()),
                List.of());
    }
}
