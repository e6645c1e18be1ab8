package dev.refractium.server.plugin;

import java.util.Collection;
import java.util.List;

/**
 * What runs while a directory is read again.
 *
 * @param plugins whose JAR is unchanged, in place and in content, is shared with whoever has it already
 * @param setbacks which JARs are passed over for a plugin that runs, as far as the rules allow that
 */
public record RunningPlugins(Collection<LoadedPlugin> plugins, Collection<RollbackEntry> setbacks) {
    /** Nothing runs yet. */
    public static final RunningPlugins NONE = new RunningPlugins(List.of(), List.of());

    public RunningPlugins {
        plugins = List.copyOf(plugins);
        setbacks = List.copyOf(setbacks);
    }
}
