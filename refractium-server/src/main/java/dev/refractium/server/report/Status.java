package dev.refractium.server.report;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A running server at one moment. The control socket sends these components as JSON, by their names in snake case, and
 * nothing else; docs/operations.md describes it.
 *
 * @param state whether the server does everything that it is configured for
 * @param reasons why not; empty if it does
 * @param pid of the process
 * @param since when it began to listen
 * @param generation the number of the one that new sessions begin with
 * @param sessions live ones, of TCP and UDP
 * @param generations those that still have sessions, and the current one, oldest first
 * @param names of backends that are no addresses
 * @param hooks those of the current generation, by name
 * @param pools of TCP, of the current generation
 * @param lastReload empty before the first reload
 * @param uncollectedPlugins how many plugins are stopped and still in memory; a number that keeps growing is a leak
 * @param counters by name; they only grow while the server lives
 */
public record Status(
        State state,
        List<String> reasons,
        long pid,
        Instant since,
        long generation,
        Optional<String> configuration,
        int sessions,
        List<Listener> listeners,
        List<Generation> generations,
        List<Route> routes,
        List<Plugin> plugins,
        int uncollectedPlugins,
        Map<String, HookCounts> hooks,
        List<Backend> backends,
        List<Name> names,
        List<Pool> pools,
        Memory memory,
        Optional<Reload> lastReload,
        Map<String, Long> counters) {
    /** The counter of bytes relayed both ways by sessions that have ended. */
    public static final String BYTES = "bytes";

    /** The prefix of counters of ends; the reason follows. */
    public static final String ENDED = "ended.";

    /** The prefix of counters of fallbacks; the reason that would otherwise have ended the session follows. */
    public static final String FALLBACK = "fallback.";

    /** Whether a server does everything that it is configured for. */
    public enum State {
        /** It does. */
        READY,
        /**
         * It serves, but the running configuration differs from the files, or a route has no live backend, or a
         * plugin's call has not returned.
         */
        DEGRADED,
        /** It is ending, a listener does not accept, or an event loop does not answer. */
        NOT_READY
    }

    /**
     * An address that clients connect to.
     *
     * @param name the listener's name in the configuration; several addresses may share it
     */
    public record Listener(String name, String transport, String address) {}

    /**
     * A configuration with its plugins.
     *
     * @param sessions live sessions that began with it
     * @param byAge the same sessions by age, youngest first: the label is the age's upper bound, or "older"
     */
    public record Generation(long number, Instant since, int sessions, Map<String, Integer> byAge) {
        public Generation {
            byAge = Collections.unmodifiableMap(new LinkedHashMap<>(byAge));
        }
    }

    /**
     * One line of the routing table of the current generation.
     *
     * @param name the name that {@code close} takes
     * @param pool the name of its pool as {@code forward_to} has it, {@code pool:NAME}; empty if the pool is its own
     * @param sessions live sessions of all generations
     */
    public record Route(String name, String transport, Optional<String> pool, List<String> backends, int sessions) {
        public Route {
            backends = List.copyOf(backends);
        }
    }

    /**
     * A host and port that sessions go to: of the current generation, or of an older one while sessions still use it.
     *
     * @param health "up", "down", "silent" (UDP only), "unknown" or "unresolved"; of several addresses the best
     * @param since when it came to be up, or down; empty otherwise
     * @param failures connects, probes and flows that have failed so far
     * @param addresses how many addresses the host has
     * @param usable how many of the addresses are neither down nor silent
     * @param sessions live sessions that are connected to it, or are being connected
     * @param orders what operators have ordered of it
     * @param draining how many of these sessions use an address that takes no new ones: the host no longer has the
     *     address, or the current generation does not name the backend
     */
    public record Backend(
            String address,
            String transport,
            String health,
            Optional<Instant> since,
            long failures,
            int addresses,
            int usable,
            int sessions,
            int draining,
            List<Order> orders) {
        public Backend {
            orders = List.copyOf(orders);
        }
    }

    /**
     * What an operator has ordered of a backend.
     *
     * @param pool the only one that is meant; empty: all
     * @param order in words, as "drained, weight 3"
     * @param until when it ends by itself
     * @param by who ordered it
     * @param kept whether it outlives the process
     */
    public record Order(
            Optional<String> pool, String order, Instant since, Optional<Instant> until, String by, boolean kept) {}

    /**
     * What the name of a backend stands for.
     *
     * @param name the backend's address, as in {@link Backend}
     * @param source what answered: "hosts", "jdk", "localhost", or the address of a name server; empty: nothing yet
     * @param age the milliseconds since that answer; -1 if there was none
     * @param ttl the milliseconds that an answer holds, within {@code resolve_min} and {@code resolve_max}
     * @param members the addresses, of services with priorities and weights
     * @param trouble why the last lookup failed, in whole or in part; the last good answer stays
     */
    public record Name(String name, String source, long age, long ttl, List<String> members, Optional<String> trouble) {
        public Name {
            members = List.copyOf(members);
        }
    }

    /**
     * The servers of a route, or of several, and the sessions that wait for one of them.
     *
     * @param name "pool:NAME", or that of the only route that has it
     * @param waiting how many sessions wait for a place
     * @param queue how many may wait; 0 if none may
     */
    public record Pool(String name, int waiting, int queue) {}

    /**
     * The memory budgets that sessions share, by their keys.
     *
     * @param peekMemory bytes of sessions that are not connected to a backend yet
     * @param relayMemory bytes that wait for a peer that does not take them
     */
    public record Memory(Budget peekMemory, Budget relayMemory) {}

    /**
     * A budget of bytes.
     *
     * @param held how many are held now
     * @param limit how many may be held
     */
    public record Budget(long held, long limit) {}

    public Status {
        reasons = List.copyOf(reasons);
        listeners = List.copyOf(listeners);
        generations = List.copyOf(generations);
        routes = List.copyOf(routes);
        plugins = List.copyOf(plugins);
        hooks = Collections.unmodifiableMap(new TreeMap<>(hooks));
        backends = List.copyOf(backends);
        names = List.copyOf(names);
        pools = List.copyOf(pools);
        counters = Collections.unmodifiableMap(new TreeMap<>(counters));
    }

    /** Returns whether every listener accepts and every event loop answers. */
    public boolean isReady() {
        return state != State.NOT_READY;
    }

    /** Returns the bytes relayed both ways by sessions that have ended. */
    public long bytes() {
        return counters.getOrDefault(BYTES, 0L);
    }

    /** Returns how many sessions ended or were refused, by reason, such as {@code unmatched}. */
    public Map<String, Long> ends() {
        return counters(ENDED);
    }

    /** Returns how many sessions went to the fallback, by the reason that would otherwise have ended them. */
    public Map<String, Long> fallbacks() {
        return counters(FALLBACK);
    }

    private Map<String, Long> counters(String prefix) {
        Map<String, Long> some = new TreeMap<>();
        counters.forEach((name, count) -> {
            if (name.startsWith(prefix)) {
                some.put(name.substring(prefix.length()), count);
            }
        });
        return some;
    }
}
