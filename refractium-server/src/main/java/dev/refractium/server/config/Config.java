package dev.refractium.server.config;

import dev.refractium.api.Transport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A whole configuration.
 *
 * @param listeners in the order of the file; empty: {@code [server]} describes the only one
 * @param routes in the order in which protocols are asked: by the key {@code order}, equal ones as they were given
 * @param pools name to the pool's table
 * @param plugins which plugins are loaded
 * @param settings plugin id to the plugin's table
 * @param hooks name to the table of the hook under that name
 * @param inputs what goes into it beside the main file
 * @param admin where metrics are served; empty: nowhere
 */
public record Config(
        ServerConfig server,
        List<ListenerConfig> listeners,
        List<RouteConfig> routes,
        Map<String, PoolConfig> pools,
        PluginsConfig plugins,
        Map<String, SettingsTable> settings,
        Map<String, HookConfig> hooks,
        Optional<AdminConfig> admin,
        ConfigInputs inputs) {
    public Config {
        listeners = List.copyOf(listeners);
        routes = routes.stream().sorted(RouteConfig.IN_ORDER).toList();
        pools = Map.copyOf(pools);
        settings = Map.copyOf(settings);
        hooks = Map.copyOf(hooks);
    }

    /** Creates a configuration with every plugin and no settings. */
    public Config(ServerConfig server, List<RouteConfig> routes) {
        this(
                server,
                List.of(),
                routes,
                Map.of(),
                PluginsConfig.defaults(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                ConfigInputs.NONE);
    }

    /** Returns a copy with another server and other listeners, routes and pools. */
    public Config with(
            ServerConfig otherServer,
            List<ListenerConfig> otherListeners,
            List<RouteConfig> otherRoutes,
            Map<String, PoolConfig> otherPools) {
        return new Config(
                otherServer, otherListeners, otherRoutes, otherPools, plugins, settings, hooks, admin, inputs);
    }

    /** Returns a copy with other settings of plugins. */
    public Config with(PluginsConfig otherPlugins, Map<String, SettingsTable> otherSettings) {
        return new Config(server, listeners, routes, pools, otherPlugins, otherSettings, hooks, admin, inputs);
    }

    /** Returns a copy with other routes, pools and hooks, and what went into them. */
    Config with(
            List<RouteConfig> otherRoutes,
            Map<String, PoolConfig> otherPools,
            Map<String, HookConfig> otherHooks,
            ConfigInputs otherInputs) {
        return new Config(
                server, listeners, otherRoutes, otherPools, plugins, settings, otherHooks, admin, otherInputs);
    }

    /** Returns a copy with the token of the page. */
    public Config with(AdminToken token) {
        ConfigInputs otherInputs = new ConfigInputs(inputs.includes(), inputs.variables(), Optional.of(token));
        return with(routes, pools, hooks, otherInputs);
    }

    /** Returns how many routes, and how many backends, have metrics of their own. */
    public int maxSeries() {
        return admin.orElseGet(AdminConfig::defaults).maxSeries();
    }

    /** Returns where the server listens: the tables, or else what {@code [server]} describes. */
    public List<ListenerConfig> listening() {
        return listeners.isEmpty() ? List.of(ListenerConfig.of(server)) : listeners;
    }

    /** Returns where sessions of a listener go that no route takes; nowhere: they are closed. */
    public Destination fallback(ListenerConfig listener, Transport transport) {
        Destination own = listener.fallbacks().of(transport);
        return own.isEmpty() ? server.listener().fallbacks().of(transport) : own;
    }

    /** Returns the files that health checks send, each with a problem at its place, without a message. */
    public Map<Path, Problem> sentFiles() {
        Map<Path, Problem> files = new LinkedHashMap<>();
        add(files, server.origin(), server.timeouts().health());
        pools.values().forEach(pool -> pool.rules().health().ifPresent(health -> add(files, pool.origin(), health)));
        routes.forEach(route -> route.rules().health().ifPresent(health -> add(files, route.origin(), health)));
        return files;
    }

    private static void add(Map<Path, Problem> files, Origin origin, HealthConfig health) {
        health.exchange().sendFile().ifPresent(file -> files.putIfAbsent(file, origin.problem("health", "")));
    }

    /** Returns the files of prefixes that it names, each with a problem at its place, without a message. */
    public Map<Path, Problem> prefixFiles() {
        Map<Path, Problem> files = new LinkedHashMap<>();
        AccessConfig access = server.listener().access();
        add(files, server.origin(), access.guard(), access.limitsExempt());
        add(files, server.origin(), "map_networks", server.listener().mapNetworks());
        for (ListenerConfig listener : listeners) {
            ListenerRules own = listener.rules();
            add(files, listener.origin(), own.sessions().guard(), own.limitsExempt());
        }
        for (RouteConfig route : routes) {
            add(files, route.origin(), route.handling().rules().guard(), Optional.empty());
            add(files, route.origin(), "clients", route.selection().clients());
        }
        return files;
    }

    /** Returns the maps that its routes go by. */
    public Set<Path> mapFiles() {
        return routes.stream()
                .flatMap(route -> route.destination().map().stream())
                .map(DestinationMap::file)
                .collect(Collectors.toSet());
    }

    private static void add(Map<Path, Problem> files, Origin origin, GuardConfig guard, Optional<Prefixes> exempt) {
        add(files, origin, "allow", guard.allow());
        add(files, origin, "deny", guard.deny());
        add(files, origin, "limits_exempt", exempt);
    }

    private static void add(Map<Path, Problem> files, Origin origin, String key, Optional<Prefixes> said) {
        said.ifPresent(prefixes -> prefixes.files().forEach(file -> files.putIfAbsent(file, origin.problem(key, ""))));
    }

    /** Returns the servers that a destination stands for; empty if it names a pool that does not exist. */
    public List<PoolServer> servers(Destination destination) {
        return destination
                .pool()
                .map(name -> Optional.ofNullable(pools.get(name))
                        .map(PoolConfig::servers)
                        .orElse(List.of()))
                .orElse(destination.servers());
    }

    /** Returns the addresses of the servers that a destination stands for, as {@link #servers}. */
    public List<Endpoint> addresses(Destination destination) {
        return servers(destination).stream().map(PoolServer::address).toList();
    }

    /** Returns the rules of a destination's pool; those of {@code own} if it lists servers. */
    public PoolRules rules(Destination destination, PoolRules own) {
        return destination.pool().map(pools::get).map(PoolConfig::rules).orElse(own);
    }

    /** Returns the fallbacks that are set, of all listeners and of each. */
    public List<PlacedFallback> fallbacks() {
        List<PlacedFallback> all = new ArrayList<>();
        for (Transport transport : Transport.values()) {
            Destination wide = server.listener().fallbacks().of(transport);
            all.add(new PlacedFallback(transport, wide, Optional.empty(), server.origin()));
            for (ListenerConfig listener : listeners) {
                Destination own = listener.fallbacks().of(transport);
                all.add(new PlacedFallback(transport, own, Optional.of(listener.name()), listener.origin()));
            }
        }
        all.removeIf(fallback -> fallback.destination().isEmpty());
        return List.copyOf(all);
    }

    /** Returns whether a destination has servers that keep the port of the listener. */
    public boolean keepsPort(Destination destination) {
        return addresses(destination).stream().anyMatch(Endpoint::relative);
    }

    /** Returns the settings for a plugin of this id to read. */
    public GivenSettings settingsOf(String pluginId, SecretFiles secrets) {
        SettingsTable table = settings.get(pluginId);
        SettingsTable known =
                table == null ? SettingsTable.said(Map.of(), Origin.of("defaults", "settings." + pluginId)) : table;
        return new GivenSettings(known, Map.of(), secrets);
    }

    /**
     * Returns the contradictions between these parts that show without the plugins: ties, unreachable patterns, a
     * missing fallback that a route needs, a peek that is too small. Empty if there are none.
     */
    public List<Problem> problems() {
        Problems problems = new Problems();
        problems.addAll(new ConfigConflicts(this).problems());
        problems.addAll(new NamingConflicts(this).problems());
        problems.addAll(new KeptPortConflicts(this).problems());
        return problems.all();
    }
}
