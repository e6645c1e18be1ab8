package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.hook.Refusals;
import dev.refractium.server.hook.SharedHook;
import dev.refractium.server.plugin.LoadedPlugin;
import dev.refractium.server.plugin.PluginScan;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
 * as long as it lives. What it says never changes; any thread.
 */
public final class Generation implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Generation.class);

    /** How long hooks may take for what waits for their taps. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** How long they are waited for in all: those threads end that block, and whoever does not even then is left. */
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(5);

    private final long number;
    private final Instant born = Instant.now();
    private final RouteTable tcp;
    private final RouteTable udp;
    private final SessionLimits limits;
    private final Parts parts;

    /** Sessions, and one more while it is the current one. Once it is 0 it stays 0. */
    private final AtomicInteger leases = new AtomicInteger(1);

    /** Whether the lease of the current one counts in; written by whoever publishes, read by those who tell. */
    private volatile boolean current = true;

    private final AtomicBoolean closed = new AtomicBoolean();

    /** Written by whoever reloads, read by event loops. */
    private volatile Set<Route> ended = Set.of();

    Generation(long number, Tables tables, SessionLimits limits, Parts parts) {
        this.number = number;
        this.tcp = tables.tcp();
        this.udp = tables.udp();
        this.limits = limits;
        this.parts = parts;
    }

    /** The routes of both transports. */
    record Tables(RouteTable tcp, RouteTable udp) {}

    /**
     * What a generation closes when it is over.
     *
     * @param plugins whose protocols its tables ask
     * @param hooks who watch the sessions of its routes
     * @param refusals those of them that ask for sessions that no route takes
     */
    record Parts(PluginScan plugins, List<SharedHook> hooks, Refusals refusals) {
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

    public RouteTable tcp() {
        return tcp;
    }

    public RouteTable udp() {
        return udp;
    }

    /** The routes of one transport. */
    public RouteTable routes(Transport transport) {
        return transport == Transport.TCP ? tcp : udp;
    }

    public SessionLimits limits() {
        return limits;
    }

    /** The plugins whose protocols it asks. */
    public List<LoadedPlugin> plugins() {
        return parts.plugins().accepted();
    }

    /** What became of each JAR when it was made. */
    public PluginScan scan() {
        return parts.plugins();
    }

    /** Who watch the sessions of its routes. */
    public List<SharedHook> hooks() {
        return parts.hooks();
    }

    /** The hooks that ask for sessions that none of its routes takes. */
    public Refusals refusals() {
        return parts.refusals();
    }

    /** Whether sessions of this generation that {@code route} takes are to end: a later configuration dropped it. */
    public boolean hasEnded(Route route) {
        Set<Route> gone = ended;
        return !gone.isEmpty() && gone.contains(route);
    }

    /** How many sessions lease it. */
    public int sessions() {
        return Math.max(0, leases.get() - (current ? 1 : 0));
    }

    /**
     * Closes what no session asks any more: the hooks and then the plugins that no other generation has. Waits some
     * seconds for hooks that are slow. Idempotent; runs plugin code.
     */
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            closeHooks(number, parts.hooks());
            parts.plugins().close();
        }
    }

    /** Closes those of generation {@code number}, and waits some seconds for the slow ones. Runs plugin code. */
    static void closeHooks(long number, List<SharedHook> hooks) {
        CompletableFuture<?>[] closing =
                hooks.stream().map(hook -> hook.close(GRACE)).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(closing).get(CLOSED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.warn("hooks do not close generation={} hooks={}", number, hooks);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a hook's close is never an error", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
