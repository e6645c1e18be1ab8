package dev.refractium.server.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The effect of a configuration, before anything listens.
 *
 * @param configuration an absolute path, or what else the configuration was read from
 * @param listeners where it would listen
 * @param maxConnections after the descriptor limit was applied
 * @param descriptors the sum of descriptors that it may have open, and the limit
 * @param routes in the order that they are asked in
 * @param variables the variables of the environment that the configuration uses
 * @param warnings what keeps it from being served as it is on this machine, and likely mistakes
 */
public record Plan(
        Optional<String> configuration,
        Optional<Path> pluginsDirectory,
        List<Listener> listeners,
        int maxConnections,
        String descriptors,
        List<Route> routes,
        List<Plugin> plugins,
        List<Variable> variables,
        List<String> warnings) {
    /**
     * A variable of the environment. Its value is never shown.
     *
     * @param where {@code file:line:column}
     * @param set whether the environment has it; otherwise its default was taken
     */
    public record Variable(String name, String where, boolean set) {}

    /**
     * A listener.
     *
     * @param transports as printed: {@code tcp}, {@code udp} or both
     * @param addresses with their ports, as {@code 0.0.0.0:8000-8100}; port 0 is any free one
     * @param proxies the peers that pass clients on, as {@code tcp 10.0.0.0/8}; empty: none do
     * @param rules what it enforces on its clients, as {@code deny 192.0.2.0/24}
     */
    public record Listener(
            String name, List<String> transports, List<String> addresses, List<String> proxies, List<String> rules) {
        public Listener {
            rules = List.copyOf(rules);
            transports = List.copyOf(transports);
            addresses = List.copyOf(addresses);
            proxies = List.copyOf(proxies);
        }
    }

    /**
     * One line of the routing table.
     *
     * @param listener the name of the listener whose sessions the route takes
     * @param taken what the route takes: a protocol with its attributes, "silence", or "anything else"
     * @param backends in the order of the configuration
     * @param source the address that they see sessions come from: "client", one of this machine, or empty for the
     *     system's choice
     * @param proxy the PROXY header that they get, as {@code PROXY v2}; empty: none
     * @param rules what it enforces on its sessions, as {@code max_connections 100}
     */
    public record Route(
            String listener,
            String transport,
            String taken,
            List<String> backends,
            String source,
            String proxy,
            List<String> rules) {
        public Route {
            rules = List.copyOf(rules);
            backends = List.copyOf(backends);
        }
    }

    public Plan {
        variables = List.copyOf(variables);
        listeners = List.copyOf(listeners);
        routes = List.copyOf(routes);
        plugins = List.copyOf(plugins);
        warnings = List.copyOf(warnings);
    }
}
