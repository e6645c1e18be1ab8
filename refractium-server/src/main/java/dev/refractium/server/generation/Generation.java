package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.hook.LiveHook;
import dev.refractium.server.hook.Refusals;
import dev.refractium.server.plugin.LoadedPlugin;
import dev.refractium.server.plugin.PluginCaller;
import dev.refractium.server.plugin.PluginCalls;
import dev.refractium.server.plugin.PluginScan;
import dev.refractium.server.plugin.Shared;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One configuration with its plugins, ready to serve: a session belongs to the one that it began with, and leases it for
 * as long as it lives. Immutable, but for its leases; any thread.
 */
public final class Generation implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Generation.class);

    /** The time that hooks have for the events that wait for their taps. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** The longest wait for hooks in all: threads that block are interrupted, and those that go on even then are left alone. */
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(5);

    private final long number;
    private final Instant born = Instant.now();
    private final Source source;
    private final Capacity capacity;
    private final Tables tables;
    private final SessionLimits limits;
    private final Parts parts;

    /** Sessions, and one more while it is the current one. Once it is 0 it stays 0. */
    private final AtomicInteger leases = new AtomicInteger(1);

    /** Whether the lease of the current generation counts in. Written by the thread that publishes, read by any. */
    private volatile boolean current = true;

    private final AtomicBoolean closed = new AtomicBoolean();

    /** Written by the thread that reloads, read by event loops. */
    private volatile Set<Route> ended = Set.of();

    Generation(long number, Source source, Tables tables, Parts parts) {
        this(number, source, Capacity.UNKNOWN, tables, parts);
    }

    private Generation(long number, Source source, Capacity capacity, Tables tables, Parts parts) {
        this.number = number;
        this.source = source;
        this.capacity = capacity;
        this.tables = tables;
        this.limits = SessionLimits.of(source.config().server());
        this.parts = parts;
    }

    /**
     * What a generation is made of.
     *
     * @param pluginsDirectory where its plugins come from
     * @param listeners those that its sessions come in by
     */
    public record Source(Config config, Optional<Path> pluginsDirectory, List<ListenerSpec> listeners) {
        public Source {
            listeners = List.copyOf(listeners);
        }
    }

    /**
     * What a generation closes when it is over.
     *
     * @param plugins whose protocols its tables ask
     * @param hooks those of its routes' sessions
     * @param refusals those of them that ask for sessions that no route takes
     * @param calls what their code runs by
     */
    record Parts(PluginScan plugins, List<Shared<LiveHook>> hooks, Refusals refusals, PluginCalls calls) {
        Parts {
            hooks = List.copyOf(hooks);
        }
    }

    /** Counts up from 1 as generations are made. */
    public long number() {
        return number;
    }

    /** When it was made. */
    public Instant born() {
        return born;
    }

    /** Returns this with the number of connections that the machine allows. To be used instead of this one. */
    public Generation with(Capacity allowed) {
        return new Generation(number, source, allowed, tables, parts);
    }

    public Config config() {
        return source.config();
    }

    /** Where its plugins come from; empty if the server has no plugin directory. */
    public Optional<Path> pluginsDirectory() {
        return source.pluginsDirectory();
    }

    /** The listeners that its sessions come in by. */
    public List<ListenerSpec> listeners() {
        return source.listeners();
    }

    /** The transports that have a listener. */
    public Set<Transport> transports() {
        Set<Transport> transports = EnumSet.noneOf(Transport.class);
        listeners().forEach(listener -> transports.add(listener.binding().transport()));
        return transports;
    }

    public Capacity capacity() {
        return capacity;
    }

    /** Returns the routes of sessions that come in by the default listener. */
    public RouteTable table(Transport transport) {
        return table(transport, ListenerSpec.DEFAULT);
    }

    /** The routes of sessions that come in by the listener of this name; none if there is no such listener. */
    public RouteTable table(Transport transport, String listener) {
        return tables.of(transport, listener);
    }

    /** The routes of all listeners of one transport, each once. */
    public List<Route> routes(Transport transport) {
        return tables.routes(transport);
    }

    /** The route of this name, by whichever listener sessions come to it. */
    public Optional<Route> route(Transport transport, String name) {
        return tables.named(transport, name);
    }

    public SessionLimits limits() {
        return limits;
    }

    /** The plugins whose protocols it asks. */
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

    /** The hooks that ask for sessions that none of its routes takes. */
    public Refusals refusals() {
        return parts.refusals();
    }

    /** Returns whether sessions of {@code route} are to end, since a later configuration removed it. */
    public boolean hasEnded(Route route) {
        Set<Route> gone = ended;
        return !gone.isEmpty() && gone.contains(route);
    }

    /** Returns the number of sessions that lease it. */
    public int sessions() {
        return Math.max(0, leases.get() - (current ? 1 : 0));
    }

    /**
     * Closes what no session asks any more: the hooks and then the plugins that no other generation has. Waits some
     * seconds for hooks that are slow, and for plugins as long as their calls may take. Idempotent.
     */
    @Override
    public void close() {
        closeAll(List.of(this));
    }

    /** Closes them all, as {@link #close}; the hooks of all are waited for together. */
    public static void closeAll(List<Generation> over) {
        List<Parts> parts = over.stream()
                .filter(generation -> !generation.closed.getAndSet(true))
                .map(generation -> generation.parts)
                .toList();
        closeHooks(parts);
        parts.forEach(one -> one.plugins().close());
    }

    /** Closes the hooks of these, and waits some seconds for the slow ones. */
    static void closeHooks(List<Parts> over) {
        List<Ending> ending = new ArrayList<>();
        for (Parts parts : over) {
            for (Shared<?> hook : parts.hooks()) {
                ending.add(new Ending(parts, hook, hook.close(GRACE)));
            }
        }
        ending.stream().filter(one -> one.closed().isCompletedExceptionally()).forEach(Ending::tryLater);
        try {
            CompletableFuture.allOf(ending.stream().map(Ending::closed).toArray(CompletableFuture<?>[]::new))
                    .get(CLOSED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            ending.stream().filter(one -> !one.closed().isDone()).forEach(Ending::leave);
        } catch (ExecutionException e) {
            log.debug("a hook found no thread to close by", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Ending(Parts parts, Shared<?> hook, CompletableFuture<Void> closed) {
        /** It found no thread. */
        void tryLater() {
            log.warn("hook is not closed yet name={} reason=\"the system has no thread to spare\"", hook);
            parts.calls().tryLater(() -> !hook.closeAgain(GRACE).isCompletedExceptionally());
        }

        void leave() {
            log.warn("hook does not close name={}", hook);
            PluginCaller caller = PluginCaller.of(
                    hook.brought(), hook.toString(), parts.plugins().accepted());
            parts.calls().leftAlone(caller, "hook " + hook + " close()", closed);
        }
    }

    /** Takes a lease, unless the last one has been given back already. */
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

    /** Gives a lease back; true for the last one. */
    boolean release() {
        return leases.decrementAndGet() == 0;
    }

    /** Another has taken its place, and the lease of the current one with it; true if that was the last. */
    boolean replaced() {
        current = false;
        return release();
    }

    /** From now on sessions that these routes take are to end. */
    public void end(Set<Route> gone) {
        ended = Set.copyOf(gone);
    }
}
