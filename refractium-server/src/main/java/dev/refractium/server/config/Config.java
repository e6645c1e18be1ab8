package dev.refractium.server.config;

import java.util.List;
import java.util.Map;

/**
 * A whole configuration.
 *
 * @param routes in the order of the file, in which protocols are asked
 * @param settings plugin id to the plugin's table
 * @param hooks name to the table of the hook under that name
 */
public record Config(
        ServerConfig server,
        List<RouteConfig> routes,
        PluginsConfig plugins,
        Map<String, SettingsTable> settings,
        Map<String, HookConfig> hooks) {
    public Config {
        routes = List.copyOf(routes);
        settings = Map.copyOf(settings);
        hooks = Map.copyOf(hooks);
    }

    /** Creates a configuration with every plugin and no settings. */
    public Config(ServerConfig server, List<RouteConfig> routes) {
        this(server, routes, PluginsConfig.defaults(), Map.of(), Map.of());
    }

    /** Returns a copy with another server and other routes. */
    public Config with(ServerConfig otherServer, List<RouteConfig> otherRoutes) {
        return new Config(otherServer, otherRoutes, plugins, settings, hooks);
    }

    /** Returns the settings for a plugin of this id to read. */
    public GivenSettings settingsOf(String pluginId) {
        SettingsTable table = settings.get(pluginId);
        return new GivenSettings(
                table == null ? SettingsTable.said(Map.of(), Origin.of("defaults", "settings." + pluginId)) : table);
    }

    /**
     * Returns the contradictions between these parts that show without the plugins: ties, unreachable patterns, a
     * missing fallback that a route needs, a peek that is too small. Empty if there are none.
     */
    public List<Problem> problems() {
        return new ConfigConflicts(this).problems();
    }
}
