package dev.refractium.server.upstream;

import dev.refractium.server.net.NameResolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves the name of a source and sets its addresses. Leaves out the listener's own, which would relay to itself. Any
 * thread.
 */
final class Lookup implements NameResolver.Watcher {
    private static final Logger log = LoggerFactory.getLogger(Lookup.class);

    private final Source source;
    private final int port;
    private final Predicate<InetSocketAddress> isListener;

    /** Both guarded by this object's monitor: the resolver and a reload use them from different threads. */
    private List<InetAddress> found = List.of();

    private boolean complained;

    Lookup(Source source, int port, Predicate<InetSocketAddress> isListener) {
        this.source = source;
        this.port = port;
        this.isListener = isListener;
    }

    @Override
    public synchronized void resolved(List<InetAddress> addresses) {
        found = addresses;
        List<InetAddress> others =
                addresses.stream().filter(address -> !is(address, isListener)).toList();
        if (others.isEmpty()) {
            unresolved("it resolves to the listener itself");
        } else {
            complained = false;
            source.resolved(others);
        }
    }

    @Override
    public synchronized void unresolved(String reason) {
        if (!complained) {
            complained = true;
            log.warn("backend has no address backend={} reason=\"{}\"; trying again", source, reason);
        }
    }

    @Override
    public boolean isOver() {
        return source.isDropped();
    }

    /** Returns whether one of the addresses that were found fits. */
    synchronized boolean meets(Predicate<InetSocketAddress> such) {
        return found.stream().anyMatch(address -> is(address, such));
    }

    /** Filters the addresses of the last lookup again. */
    synchronized void again() {
        if (!found.isEmpty()) {
            resolved(found);
        }
    }

    private boolean is(InetAddress address, Predicate<InetSocketAddress> such) {
        return such.test(new InetSocketAddress(address, port));
    }
}
