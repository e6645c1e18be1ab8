package dev.refractium.server.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The plugins that a server would have.
 *
 * @param configuration the file that may name the directory
 * @param directory empty if no directory is configured
 * @param plugins each JAR of the directory, in the order of the file names
 */
public record PluginListing(Optional<String> configuration, Optional<Path> directory, List<Plugin> plugins) {
    public PluginListing {
        plugins = List.copyOf(plugins);
    }
}
