package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.plugin.LoadedPlugin;
import dev.refractium.server.plugin.PluginScan;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One configuration with its plugins, ready to serve: a session belongs to the one that it began with, and leases it for
 * as long as it lives. What it says never changes; any thread.
 */
public final class Generation implements AutoCloseable {
    private final long number;
    private final Instant born = Instant.now();
    private final RouteTable tcp;
    private final RouteTable udp;
    private final SessionLimits limits;
    private final PluginScan plugins;

    /** Sessions, and one more while it is the current one. Once it is 0 it stays 0. */
    private final AtomicInteger leases = new AtomicInteger(1);

    /** Whether the lease of the current one counts in; written by whoever publishes, read by those who tell. */
    private volatile boolean current = true;

    private final AtomicBoolean closed = new AtomicBoolean();

    /** Written by whoever reloads, read by event loops. */
    private volatile Set<Route> ended = Set.of();

    /** @param plugins whose protocols the tables ask; this generation's to close */
    Generation(long number, Tables tables, SessionLimits limits, PluginScan plugins) {
        this.number = number;
        this.tcp = tables.tcp();
        this.udp = tables.udp();
        this.limits = limits;
        this.plugins = plugins;
    }

    /** The routes of both transports. */
    record Tables(RouteTable tcp, RouteTable udp) {}

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
        return plugins.accepted();
    }

    /** What became of each JAR when it was made. */
    public PluginScan scan() {
        return plugins;
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

    /** Closes what no session asks any more: the plugins that no other generation has. Idempotent; runs their code. */
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            plugins.close();
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
