package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.hook.LiveHook;
import dev.refractium.server.hook.Refusals;
import dev.refractium.server.limit.Gate;
import dev.refractium.server.plugin.LoadedPlugin;
import dev.refractium.server.plugin.PluginScan;
import dev.refractium.server.plugin.Shared;
import dev.refractium.server.route.NameMap;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.upstream.HealthRules;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One configuration with its plugins, ready to serve. A session belongs to the generation that it began with, and
 * leases it until the session ends. Immutable except for its leases; any thread.
 */
public final class Generation implements AutoCloseable {
    private final long number;
    private final Instant born = Instant.now();
    private final Source source;
    private final Capacity capacity;
    private final Tables tables;
    private final SessionLimits limits;
    private final ProxyTrusts trusts;
    private final GenerationParts parts;

    /** The number of sessions, plus one while this generation is the current one. Once it is 0 it stays 0. */
    private final AtomicInteger leases = new AtomicInteger(1);

    /** Whether the lease of the current generation is counted. Written by the thread that publishes, read by any. */
    private volatile boolean current = true;

    private final AtomicBoolean closed = new AtomicBoolean();

    /** Written by the thread that reloads, read by event loops. */
    private volatile Set<Route> ended = Set.of();

    Generation(long number, Source source, Tables tables, GenerationParts parts) {
        this(
                number,
                source,
                Capacity.UNKNOWN,
                tables,
                SessionLimits.of(source.config().server()),
                ProxyTrusts.of(source.config()),
                parts);
    }

    private Generation(
            long number,
            Source source,
            Capacity capacity,
            Tables tables,
            SessionLimits limits,
            ProxyTrusts trusts,
            GenerationParts parts) {
        this.number = number;
        this.source = source;
        this.capacity = capacity;
        this.tables = tables;
        this.limits = limits;
        this.trusts = trusts;
        this.parts = parts;
    }

    /**
     * The configuration that a generation is made of.
     *
     * @param pluginsDirectory the directory of its plugins
     * @param listeners the listeners of its sessions
     */
    public record Source(Config config, Optional<Path> pluginsDirectory, List<ListenerSpec> listeners) {
        public Source {
            listeners = List.copyOf(listeners);
        }
    }

    /** Returns how the targets of a source are probed; without probes if no pool has it. */
    public HealthRules health(dev.refractium.server.upstream.Source source) {
        return parts.health().getOrDefault(source, HealthRules.PASSIVE);
    }

    /** Returns its number; numbers count up from 1. */
    public long number() {
        return number;
    }

    /** Returns when it was made. */
    public Instant born() {
        return born;
    }

    /**
     * Returns this generation with the number of connections that the machine allows. Use the result instead of this
     * object.
     */
    public Generation with(Capacity allowed) {
        return new Generation(number, source, allowed, tables, limits, trusts, parts);
    }

    /**
     * Returns a generation of the same configuration that has one table and these limits, and neither plugins nor hooks
     * to close. The protocols of the table may be those of this generation, which must then outlive it.
     */
    public Generation withOnly(ListenerSpec listener, RouteTable table, SessionLimits limits) {
        Source only = new Source(config(), Optional.empty(), List.of(listener));
        Tables tables = new Tables(
                Map.of(listener.binding().transport(), Map.of(listener.name(), Map.of(Tables.ANY_PORT, table))),
                new ServerGates(new Gate(Gate.Rules.NONE), limits.relay()));
        GenerationParts none = new GenerationParts(PluginScan.NONE, List.of(), Refusals.NONE, parts.calls(), Map.of());
        return new Generation(number, only, Capacity.UNKNOWN, tables, limits, ProxyTrusts.NONE, none);
    }

    public Config config() {
        return source.config();
    }

    /** Returns the directory of its plugins; empty if the server has none. */
    public Optional<Path> pluginsDirectory() {
        return source.pluginsDirectory();
    }

    /** Returns the listeners of its sessions. */
    public List<ListenerSpec> listeners() {
        return source.listeners();
    }

    /** Returns the transports that have a listener. */
    public Set<Transport> transports() {
        Set<Transport> transports = EnumSet.noneOf(Transport.class);
        listeners().forEach(listener -> transports.add(listener.binding().transport()));
        return transports;
    }

    public Capacity capacity() {
        return capacity;
    }

    /** Returns the routes of the first listener of {@code transport}; none if there is no listener. */
    public RouteTable table(Transport transport) {
        return config().listening().stream()
                .filter(listener -> listener.transports().contains(transport))
                .findFirst()
                .map(listener -> table(transport, listener.name()))
                .orElse(RouteTable.EMPTY);
    }

    /** Returns the routes of the sessions of this listener's first port; none if there is no such listener. */
    public RouteTable table(Transport transport, String listener) {
        return tables.of(transport, listener).stream().findFirst().orElse(RouteTable.EMPTY);
    }

    /** Returns the routes of the sessions of one port of this listener; none if there is no such listener. */
    public RouteTable table(Transport transport, String listener, int port) {
        return tables.of(transport, listener, port);
    }

    /** Returns what this listener enforces on its sessions. */
    public ListenerLimits limits(Transport transport, String listener) {
        return tables.gates().of(transport, listener);
    }

    /** Returns the gates of the server and its listeners. */
    ServerGates gates() {
        return tables.gates();
    }

    /** Returns the routes of all listeners of one transport, each once. */
    public List<Route> routes(Transport transport) {
        return tables.routes(transport);
    }

    /** Returns the routes of all listeners, of both transports. */
    public List<Route> routes() {
        return Stream.of(Transport.values())
                .flatMap(transport -> routes(transport).stream())
                .toList();
    }

    /** Returns the maps that routes of one transport go by; a map that several listeners have may be there several times. */
    public List<NameMap> maps(Transport transport) {
        return tables.maps(transport);
    }

    /** Returns the maps that routes of both transports go by, as {@link #maps(Transport)}. */
    public List<NameMap> maps() {
        return Stream.of(Transport.values())
                .flatMap(transport -> maps(transport).stream())
                .toList();
    }

    /** Returns the route of this name, of any listener. */
    public Optional<Route> route(Transport transport, String name) {
        return tables.named(transport, name);
    }

    /** Returns the peers of this listener's sessions that pass clients on; null if there are none. */
    public @Nullable ProxyTrust trust(Transport transport, String listener) {
        return trusts.of(transport, listener);
    }

    public SessionLimits limits() {
        return limits;
    }

    /** Returns the plugins of its protocols. */
    public List<LoadedPlugin> plugins() {
        return parts.plugins().accepted();
    }

    /** Returns the JARs that were accepted and refused when it was made. */
    public PluginScan scan() {
        return parts.plugins();
    }

    /** Returns the hooks of its routes' sessions. */
    public List<Shared<LiveHook>> hooks() {
        return parts.hooks();
    }

    /** Returns the hooks that ask for sessions without a route. */
    public Refusals refusals() {
        return parts.refusals();
    }

    /** Returns whether sessions of {@code route} must end, since a later configuration removed the route. */
    public boolean hasEnded(Route route) {
        Set<Route> gone = ended;
        return !gone.isEmpty() && gone.contains(route);
    }

    /** Returns the number of sessions that lease it. */
    public int sessions() {
        return Math.max(0, leases.get() - (current ? 1 : 0));
    }

    /**
     * Closes what no session uses any more: the hooks, and then the plugins that no other generation has. Waits some
     * seconds for slow hooks, and for plugins until the deadlines of their calls. Idempotent.
     */
    @Override
    public void close() {
        closeAll(List.of(this));
    }

    /** Closes all of them, as {@link #close}, and waits for their hooks together. */
    public static void closeAll(List<Generation> over) {
        GenerationParts.closeAll(over.stream()
                .filter(generation -> !generation.closed.getAndSet(true))
                .map(generation -> generation.parts)
                .toList());
    }

    /** Takes a lease; returns false if the last one has already been given back. */
    boolean lease() {
        int now = leases.get();
        while (now > 0) {
            int before = leases.compareAndExchange(now, now + 1);
            if (before == now) {
                return true;
            }
            now = before;
        }
        return false;
    }

    /** Gives a lease back; returns whether it was the last. */
    boolean release() {
        return leases.decrementAndGet() == 0;
    }

    /**
     * Gives back the lease of the current generation, since another has taken its place; returns whether it was the
     * last.
     */
    boolean replaced() {
        current = false;
        return release();
    }

    /** Marks these routes as removed: from now on their sessions end. */
    public void end(Set<Route> gone) {
        ended = Set.copyOf(gone);
    }
}
