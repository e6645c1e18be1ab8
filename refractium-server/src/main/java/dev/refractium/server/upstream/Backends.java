package dev.refractium.server.upstream;

import dev.refractium.api.Transport;
import dev.refractium.server.net.Binding;
import dev.refractium.server.net.NameResolver;
import dev.refractium.server.net.WatchedName;
import dev.refractium.server.text.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sources of all backends of a server, one object per host, port and transport, and the lookups of their names.
 * Sources outlive the generations that name them, and keep the health of their targets. Any thread.
 */
public final class Backends {
    private static final Logger log = LoggerFactory.getLogger(Backends.class);

    /** Guarded by this object's monitor. */
    private final Map<Id, Known> known = new LinkedHashMap<>();

    /** All of them, for {@link #has}, which takes no lock. */
    private final Queue<Source> sources = new ConcurrentLinkedQueue<>();

    private final Standings standings = new Standings();
    private final NameResolver names;
    private final Predicate<InetSocketAddress> isListener;

    /** @param isListener returns whether this server currently listens at an address; any thread */
    public Backends(NameResolver names, Predicate<InetSocketAddress> isListener) {
        this.names = names;
        this.isListener = isListener;
    }

    private record Id(String host, int port, Transport transport) {}

    /** @param name empty for a Unix socket */
    private record Known(Source source, Lookup lookup, Optional<WatchedName> name) {}

    /** The name of a source, with how it was answered last. */
    public record Named(Source source, WatchedName.Report report) {}

    /**
     * Returns the source of this host, port and transport; the first call starts the lookups of its name. A Unix socket
     * is a host that begins with a slash, a service one that begins with {@code srv://}; both have port 0.
     */
    public synchronized Source at(String host, int port, Transport transport) {
        return known.computeIfAbsent(new Id(host, port, transport), id -> {
                    Source source = new Source(host, port, transport);
                    Lookup lookup = new Lookup(source, port, isListener);
                    Optional<WatchedName> name =
                            source.isUnix() ? Optional.empty() : Optional.of(names.watch(host, lookup));
                    name.ifPresent(watched -> source.whenAllFail(watched::askAgain));
                    sources.add(source);
                    return new Known(source, lookup, name);
                })
                .source();
    }

    /** Returns what operators have ordered. */
    public Standings standings() {
        return standings;
    }

    /** Returns all sources, in the order in which they were first named. */
    public synchronized List<Source> all() {
        return known.values().stream().map(Known::source).toList();
    }

    /** Returns all names with what is known of them, in the order in which they were first named. */
    public synchronized List<Named> named() {
        return known.values().stream()
                .flatMap(
                        one -> one
                                .name()
                                .filter(name -> !name.isAddress())
                                .map(name -> new Named(one.source(), name.report()))
                                .stream())
                .toList();
    }

    /** Looks all names up again: they are asked for elsewhere now. */
    public synchronized void askAgain() {
        known.values().forEach(one -> one.name().ifPresent(WatchedName::askAgain));
    }

    /** Returns whether a backend has this address now. */
    public boolean has(InetAddress address) {
        for (Source source : sources) {
            for (Target target : source.targets()) {
                if (address.equals(Addresses.internet(target.address()))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Waits until every name was looked up once, for {@code ms} at most; slower lookups continue in the background. */
    public void awaitNames(long ms) throws InterruptedException {
        try {
            CompletableFuture.allOf(lookups()).get(ms, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.debug("names not all resolved yet", e);
        }
    }

    /** Returns whether any address of the source is where {@code binding} is. */
    public synchronized boolean isAt(Source source, Binding binding) {
        Known one = known.get(new Id(source.host(), source.port(), source.transport()));
        return one != null && one.source() == source && one.lookup().meets(binding::includes);
    }

    /** Judges all backends anew: the server listens elsewhere now, so other addresses lead to itself. */
    public synchronized void listenerMoved() {
        known.values().forEach(one -> one.lookup().again());
    }

    /**
     * Forgets all sources but these; probes and lookups of the forgotten sources end. A source that is named again
     * starts afresh. Forgets the standings of backends that were collected since.
     */
    public synchronized void retain(Set<Source> used) {
        known.values().removeIf(one -> {
            boolean unused = !used.contains(one.source());
            if (unused) {
                one.source().drop();
            }
            return unused;
        });
        sources.removeIf(Source::isDropped);
        standings.forgetUnused();
    }

    private synchronized CompletableFuture<?>[] lookups() {
        return known.values().stream()
                .flatMap(one -> one.name().map(WatchedName::first).stream())
                .toArray(CompletableFuture[]::new);
    }
}
