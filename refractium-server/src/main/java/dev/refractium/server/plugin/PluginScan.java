package dev.refractium.server.plugin;

import java.util.List;

/**
 * What became of the JARs of a directory, both lists in the order of the file names. Immutable; the accepted plugins are
 * the holder's to close.
 */
public record PluginScan(List<LoadedPlugin> accepted, List<RefusedJar> refused) implements AutoCloseable {
    public PluginScan {
        accepted = List.copyOf(accepted);
        refused = List.copyOf(refused);
    }

    /** Closes every accepted plugin. */
    @Override
    public void close() {
        accepted.forEach(LoadedPlugin::close);
    }
}
