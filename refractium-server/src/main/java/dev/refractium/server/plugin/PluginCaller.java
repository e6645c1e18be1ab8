package dev.refractium.server.plugin;

import dev.refractium.api.Protocol;
import java.util.Collection;

/**
 * The plugin, or the extension of a program, whose code a call runs.
 *
 * @param id part of the names of its threads
 * @param name its name in messages, such as {@code plugin refractium-ssh 1.0.0}
 * @param code identifies its code: calls of the same code that hang are counted together
 */
public record PluginCaller(String id, String name, String code) {
    /**
     * Returns the plugin that brought {@code extension}, or the extension itself if it comes from none of {@code
     * plugins}.
     */
    public static PluginCaller of(Object extension, String name, Collection<LoadedPlugin> plugins) {
        for (LoadedPlugin plugin : plugins) {
            if (plugin.brought(extension)) {
                return plugin.caller();
            }
        }
        return new PluginCaller(name, "this program's", extension.getClass().getName());
    }

    /** Returns the plugin that brought a protocol, with whatever settings, or the protocol itself where none did. */
    static PluginCaller of(Protocol protocol, Collection<LoadedPlugin> plugins) {
        for (LoadedPlugin plugin : plugins) {
            if (plugin.extensions(Kind.PROTOCOL).containsKey(protocol.name())) {
                return plugin.caller();
            }
        }
        return of(protocol, protocol.name(), plugins);
    }

    static PluginCaller of(StagedJar jar, PluginManifest manifest) {
        return new PluginCaller(manifest.id(), "plugin " + manifest.id() + " " + manifest.version(), jar.sha256());
    }

    @Override
    public String toString() {
        return name;
    }
}
