package dev.refractium.server.plugin;

import java.util.Collection;
import java.util.List;

/**
 * The running plugins while a directory is read again.
 *
 * @param plugins shared if their JAR is unchanged, in place and in content
 * @param setbacks the JARs whose predecessors run instead, as far as the rules allow that
 */
public record RunningPlugins(Collection<LoadedPlugin> plugins, Collection<RollbackEntry> setbacks) {
    /** No plugin runs yet. */
    public static final RunningPlugins NONE = new RunningPlugins(List.of(), List.of());

    public RunningPlugins {
        plugins = List.copyOf(plugins);
        setbacks = List.copyOf(setbacks);
    }
}
