package dev.refractium.server.upstream;

import dev.refractium.api.Transport;
import dev.refractium.server.net.Names;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All backends of a server, one object an address and transport, with their names being resolved. One thread. */
public final class Backends {
    private static final Logger log = LoggerFactory.getLogger(Backends.class);

    private final Map<Id, Backend> backends = new LinkedHashMap<>();
    private final List<CompletableFuture<Void>> lookups = new ArrayList<>();
    private final Names names;
    private final Predicate<InetSocketAddress> isListener;

    /** @param isListener whether an address is where this server itself listens; any thread */
    public Backends(Names names, Predicate<InetSocketAddress> isListener) {
        this.names = names;
        this.isListener = isListener;
    }

    private record Id(String host, int port, Transport transport) {}

    /** The backend of this address; its name is looked up from the first call on. */
    public Backend at(String host, int port, Transport transport) {
        return backends.computeIfAbsent(new Id(host, port, transport), id -> {
            Backend backend = new Backend(host, port, transport);
            lookups.add(names.watch(host, new Lookup(backend, port, isListener)));
            return backend;
        });
    }

    /** All backends, in the order they were named. */
    public Collection<Backend> all() {
        return List.copyOf(backends.values());
    }

    /** Waits until every name was looked up once, {@code ms} at most; what is slower goes on behind. */
    public void awaitNames(long ms) throws InterruptedException {
        try {
            CompletableFuture.allOf(lookups.toArray(CompletableFuture[]::new)).get(ms, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.debug("names not all resolved yet", e);
        }
    }

    /** Tells a backend what its name stands for; never the listener's own address, which would relay to itself. */
    private static final class Lookup implements Names.Watcher {
        private final Backend backend;
        private final int port;
        private final Predicate<InetSocketAddress> isListener;
        private final AtomicBoolean complained = new AtomicBoolean();

        Lookup(Backend backend, int port, Predicate<InetSocketAddress> isListener) {
            this.backend = backend;
            this.port = port;
            this.isListener = isListener;
        }

        @Override
        public void resolved(List<InetAddress> addresses) {
            List<InetAddress> others = addresses.stream()
                    .filter(a -> !isListener.test(new InetSocketAddress(a, port)))
                    .toList();
            backend.setListener(others.size() < addresses.size());
            if (others.isEmpty()) {
                unresolved("it resolves to the listener itself");
            } else {
                complained.set(false);
                backend.resolved(others);
            }
        }

        @Override
        public void unresolved(String reason) {
            if (!complained.getAndSet(true)) {
                log.warn("backend has no address backend={} reason=\"{}\"; trying again", backend, reason);
            }
        }
    }
}
