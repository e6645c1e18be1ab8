package dev.refractium.server.engine;

import dev.refractium.server.config.Config;
import dev.refractium.server.generation.Generation;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One configuration and the generation that was made of it, fit to be served.
 *
 * @param listen where; port 0: any free one
 * @param maxConnections after the descriptor limit has had its say
 * @param descriptors what it may have open, added up
 */
public record Edition(
        Config config,
        Optional<Path> pluginsDirectory,
        InetSocketAddress listen,
        int maxConnections,
        String descriptors,
        Generation generation) {
    /** This, with the port that was taken where any would do. */
    public Edition on(InetSocketAddress address) {
        return new Edition(config, pluginsDirectory, address, maxConnections, descriptors, generation);
    }
}
