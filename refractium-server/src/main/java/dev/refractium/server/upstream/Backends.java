package dev.refractium.server.upstream;

import dev.refractium.api.Transport;
import dev.refractium.server.net.Binding;
import dev.refractium.server.net.Names;
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
 * All backends of a server, one object an address and transport, with their names being resolved. They outlive the
 * generations that name them, and with them what is known of their health. Any thread.
 */
public final class Backends {
    private static final Logger log = LoggerFactory.getLogger(Backends.class);

    /** Guarded by this object's monitor. */
    private final Map<Id, Known> known = new LinkedHashMap<>();

    private final Names names;
    private final Predicate<InetSocketAddress> isListener;

    /** @param isListener whether an address is where this server itself listens just now; any thread */
    public Backends(Names names, Predicate<InetSocketAddress> isListener) {
        this.names = names;
        this.isListener = isListener;
    }

    private record Id(String host, int port, Transport transport) {}

    private record Known(Backend backend, Lookup lookup, CompletableFuture<Void> first) {}

    /** The backend of this address; its name is looked up from the first call on. */
    public synchronized Backend at(String host, int port, Transport transport) {
        return known.computeIfAbsent(new Id(host, port, transport), id -> {
                    Backend backend = new Backend(host, port, transport);
                    Lookup lookup = new Lookup(backend, port, isListener);
                    return new Known(backend, lookup, names.watch(host, lookup));
                })
                .backend();
    }

    /** All backends, in the order they were named. */
    public synchronized Collection<Backend> all() {
        return known.values().stream().map(Known::backend).toList();
    }

    /** Waits until every name was looked up once, {@code ms} at most; what is slower goes on behind. */
    public void awaitNames(long ms) throws InterruptedException {
        try {
            CompletableFuture.allOf(lookups()).get(ms, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.debug("names not all resolved yet", e);
        }
    }

    /** Whether a backend's name stands, maybe among others, for where {@code binding} is. */
    public synchronized boolean isAt(Backend backend, Binding binding) {
        return known.values().stream()
                .anyMatch(one -> one.backend() == backend && one.lookup().meets(binding::includes));
    }

    /** The server listens elsewhere now: no backend may lead there, and those may that led to where it was. */
    public synchronized void listenerMoved() {
        known.values().forEach(one -> one.lookup().again());
    }

    /** Forgets all backends but these; their probes and lookups end. One that is named again begins anew. */
    public synchronized void retain(Set<Backend> used) {
        known.values().removeIf(one -> {
            boolean unused = !used.contains(one.backend());
            if (unused) {
                one.backend().drop();
            }
            return unused;
        });
    }

    private synchronized CompletableFuture<?>[] lookups() {
        return known.values().stream().map(Known::first).toArray(CompletableFuture[]::new);
    }
}
