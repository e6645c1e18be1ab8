package dev.refractium.server.config;

import java.util.List;
import java.util.Map;

/**
 * A whole configuration.
 *
 * @param routes in the order of the file, which is the order that protocols are asked in
 * @param settings plugin id to what was written for it
 * @param hooks name to what was written for the hook under that name
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

    /** Of every plugin, with no settings. */
    public Config(ServerConfig server, List<RouteConfig> routes) {
        this(server, routes, PluginsConfig.defaults(), Map.of(), Map.of());
    }

    /** This, with another server and other routes. */
    public Config with(ServerConfig otherServer, List<RouteConfig> otherRoutes) {
        return new Config(otherServer, otherRoutes, plugins, settings, hooks);
    }

    /** What a plugin of this id is given to read. */
    public GivenSettings settingsOf(String pluginId) {
        SettingsTable table = settings.get(pluginId);
        return new GivenSettings(
                table == null ? SettingsTable.said(Map.of(), Origin.of("defaults", "settings." + pluginId)) : table);
    }

    /**
     * What is wrong with these parts together, as far as that can be told without the plugins: ties, unreachable
     * patterns, a fallback that is asked for and missing, a peek too small for what is asked of it. Empty: nothing.
     */
    public List<Problem> problems() {
        return new ConfigConflicts(this).problems();
    }
}
