package dev.refractium.server.plugin;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The result of loading a directory, both lists in the order of the file names. Immutable; its holder closes the
 * accepted plugins.
 *
 * @param read the SHA-256 of each JAR that was read, whether or not it was loaded; empty if reading it failed
 */
public record PluginScan(List<LoadedPlugin> accepted, List<RefusedJar> refused, Map<Path, String> read)
        implements AutoCloseable {
    /** The result without a directory. */
    public static final PluginScan NONE = new PluginScan(List.of(), List.of(), Map.of());

    public PluginScan {
        accepted = List.copyOf(accepted);
        refused = List.copyOf(refused);
        read = Map.copyOf(read);
    }

    /** Closes every accepted plugin. */
    @Override
    public void close() {
        accepted.forEach(LoadedPlugin::close);
    }
}
