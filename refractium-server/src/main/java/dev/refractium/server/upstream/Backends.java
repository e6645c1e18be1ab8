package dev.refractium.server.upstream;

import dev.refractium.api.Transport;
import dev.refractium.server.net.Binding;
import dev.refractium.server.net.NameResolver;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sources of all backends of a server, one object per host, port and transport, with their names being resolved. They
 * outlive the generations that name them, and with them what is known of their health. Any thread.
 */
public final class Backends {
    private static final Logger log = LoggerFactory.getLogger(Backends.class);

    /** Guarded by this object's monitor. */
    private final Map<Id, Known> known = new LinkedHashMap<>();

    private final NameResolver names;
    private final Predicate<InetSocketAddress> isListener;

    /** @param isListener whether an address is where this server itself listens just now; any thread */
    public Backends(NameResolver names, Predicate<InetSocketAddress> isListener) {
        this.names = names;
        this.isListener = isListener;
    }

    private record Id(String host, int port, Transport transport) {}

    private record Known(Source source, Lookup lookup, CompletableFuture<Void> first) {}

    /** Returns the source of this host, port and transport; its name is looked up from the first call on. */
    public synchronized Source at(String host, int port, Transport transport) {
        return known.computeIfAbsent(new Id(host, port, transport), id -> {
                    Source source = new Source(host, port, transport);
                    Lookup lookup = new Lookup(source, port, isListener);
                    return new Known(source, lookup, names.watch(host, lookup));
                })
                .source();
    }

    /** All sources, in the order they were named. */
    public synchronized Collection<Source> all() {
        return known.values().stream().map(Known::source).toList();
    }

    /** Waits until every name was looked up once, {@code ms} at most; what is slower goes on behind. */
    public void awaitNames(long ms) throws InterruptedException {
        try {
            CompletableFuture.allOf(lookups()).get(ms, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.debug("names not all resolved yet", e);
        }
    }

    /** Returns whether an address of the source is, maybe among others, where {@code binding} is. */
    public synchronized boolean isAt(Source source, Binding binding) {
        return known.values().stream()
                .anyMatch(one -> one.source() == source && one.lookup().meets(binding::includes));
    }

    /** The server listens elsewhere now: no backend may lead there, and those may that led to where it was. */
    public synchronized void listenerMoved() {
        known.values().forEach(one -> one.lookup().again());
    }

    /** Forgets all sources but these; their probes and lookups end. A source that is named again begins anew. */
    public synchronized void retain(Set<Source> used) {
        known.values().removeIf(one -> {
            boolean unused = !used.contains(one.source());
            if (unused) {
                one.source().drop();
            }
            return unused;
        });
    }

    private synchronized CompletableFuture<?>[] lookups() {
        return known.values().stream().map(Known::first).toArray(CompletableFuture[]::new);
    }
}
