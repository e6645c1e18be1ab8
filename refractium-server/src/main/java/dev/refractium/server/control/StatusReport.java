package dev.refractium.server.control;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A running server at one moment, as an operator asks for it. The JSON that goes over the socket has these components by
 * their names in snake case, nothing else; docs/operations.md has it.
 *
 * @param state whether it does all that it was told
 * @param reasons why it does not; empty if it does
 * @param pid of the process
 * @param since when it began to listen
 * @param generation the number of the one that new sessions begin with
 * @param generations those that still have sessions, and the current one, oldest first
 * @param lastReload empty before the first
 * @param uncollectedPlugins how many are stopped and still in memory; more and more of them are a leak
 * @param counters by name; they only grow while the server lives
 */
public record StatusReport(
        State state,
        List<String> reasons,
        long pid,
        Instant since,
        long generation,
        Optional<String> configuration,
        List<Listener> listeners,
        List<Generation> generations,
        List<Route> routes,
        List<Plugin> plugins,
        int uncollectedPlugins,
        List<Backend> backends,
        Optional<ReloadReport> lastReload,
        Map<String, Long> counters) {
    /** Whether a server does all that it was told. */
    public enum State {
        /** It does. */
        READY,
        /** It serves, and something is not as the files on disk say, or a route has no live backend. */
        DEGRADED,
        /** It does not serve, or not everywhere: it ends, or an event loop does not answer. */
        NOT_READY
    }

    /** An address that accepts. */
    public record Listener(String transport, String address) {}

    /**
     * A configuration with its plugins.
     *
     * @param sessions live ones that began with it
     * @param byAge the same by how old they are, youngest first: the label is the age's upper bound, or "older"
     */
    public record Generation(long number, Instant since, int sessions, Map<String, Integer> byAge) {
        public Generation {
            byAge = Collections.unmodifiableMap(new LinkedHashMap<>(byAge));
        }
    }

    /**
     * One line of the routing table of the current generation.
     *
     * @param name by which {@code close} knows it
     * @param sessions live ones, whatever generation they began with
     */
    public record Route(String name, String transport, List<String> backends, int sessions) {
        public Route {
            backends = List.copyOf(backends);
        }
    }

    /**
     * A JAR of the plugin directory, or one that only sessions of older generations still use.
     *
     * @param sha256 of the bytes that run; empty if it was refused
     * @param generations that use it
     * @param refused why it cannot be used; empty if it is in use
     */
    public record Plugin(
            String file,
            Optional<String> id,
            Optional<String> version,
            Optional<String> sha256,
            List<String> provides,
            List<Long> generations,
            Optional<String> refused) {
        public Plugin {
            provides = List.copyOf(provides);
            generations = List.copyOf(generations);
        }
    }

    /**
     * A host and port that sessions go to.
     *
     * @param health "up", "down", "silent", "unknown" or "unresolved"; of several addresses the best
     * @param failures connects, probes and flows that failed so far
     * @param addresses how many addresses the host has
     * @param usable how many of them are neither down nor silent
     */
    public record Backend(String address, String transport, String health, long failures, int addresses, int usable) {}

    public StatusReport {
        reasons = List.copyOf(reasons);
        listeners = List.copyOf(listeners);
        generations = List.copyOf(generations);
        routes = List.copyOf(routes);
        plugins = List.copyOf(plugins);
        backends = List.copyOf(backends);
        counters = Collections.unmodifiableMap(new TreeMap<>(counters));
    }
}
