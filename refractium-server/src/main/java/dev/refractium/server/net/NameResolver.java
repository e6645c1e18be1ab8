package dev.refractium.server.net;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves host names on threads of its own, never on an event loop: the JDK's resolver blocks, for as long as a name
 * server does not answer. Addresses are resolved at once, on the caller's thread. Any thread.
 */
public final class NameResolver implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NameResolver.class);

    /** At most this many lookups at a time, so that names whose server hangs do not delay others. */
    static final int LOOKUPS = 32;

    /** How often a name that resolved is looked up again. */
    private static final long REFRESH_MS = 30_000;

    /** How soon a name that did not resolve is tried again. */
    private static final long RETRY_MS = 2_000;

    /** The system's own resolver. */
    public static final Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    private final Resolver resolver;
    private final long retryMs;

    /** Looks up nothing itself except addresses with a zone, so that it never blocks. */
    private final ScheduledThreadPoolExecutor timer;

    private final ThreadPoolExecutor lookups;

    public NameResolver() {
        this(SYSTEM);
    }

    /** @param resolver is asked for names, never for addresses */
    public NameResolver(Resolver resolver) {
        this(resolver, NameResolver::thread, RETRY_MS);
    }

    NameResolver(Resolver resolver, ThreadFactory threads, long retryMs) {
        this.resolver = resolver;
        this.retryMs = retryMs;
        timer = new ScheduledThreadPoolExecutor(1, NameResolver::thread);
        timer.setRemoveOnCancelPolicy(true);
        // A thread that could not be started later would leave every retry undone.
        timer.prestartCoreThread();
        lookups = new ThreadPoolExecutor(LOOKUPS, LOOKUPS, 60, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
        lookups.allowCoreThreadTimeOut(true);
    }

    /** Finds the addresses of a name. Any thread; may block. */
    public interface Resolver {
        /** Returns the addresses, at least one. */
        List<InetAddress> resolve(String host) throws UnknownHostException;
    }

    /** Receives the result of each lookup, on a thread of the resolver, or on the caller's where it is an address. */
    public interface Watcher {
        /** Handles the addresses of the name; not empty. */
        void resolved(List<InetAddress> addresses);

        /** Handles that the name did not resolve; the lookup is retried. */
        void unresolved(String reason);

        /** Returns whether the name is no longer wanted: then it is not looked up again. */
        boolean isOver();
    }

    /**
     * Looks {@code host} up periodically. The future is done after the first attempt, whether or not it succeeded; for an
     * address, when this returns.
     */
    public CompletableFuture<Void> watch(String host, Watcher watcher) {
        Watch watch = new Watch(host, watcher);
        if (watch.address) {
            watch.run();
        } else {
            watch.submit();
        }
        return watch.first;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        lookups.shutdownNow();
    }

    /** A host that is looked up periodically, one attempt at a time. */
    private final class Watch implements Runnable {
        private final String host;
        private final Watcher watcher;
        private final boolean address;
        private final CompletableFuture<Void> first = new CompletableFuture<>();

        /** Whether the log has an error of its lookup. */
        private boolean complained;

        Watch(String host, Watcher watcher) {
            this.host = host;
            this.watcher = watcher;
            this.address = NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
        }

        /** Looks the host up on a thread that may block. */
        void submit() {
            try {
                lookups.execute(this);
            } catch (Throwable e) {
                attempted(false, e);
            }
        }

        @Override
        public void run() {
            if (watcher.isOver()) {
                first.complete(null);
                return;
            }
            boolean found = false;
            Throwable error = null;
            try {
                found = lookUp();
            } catch (Throwable e) {
                // Any failure is retried: the name must not stay without an address for good.
                error = e;
            } finally {
                attempted(found, error);
            }
        }

        private boolean lookUp() {
            List<InetAddress> found;
            try {
                found = (address ? SYSTEM : resolver).resolve(host);
            } catch (UnknownHostException e) {
                watcher.unresolved(reason(host));
                return false;
            }
            watcher.resolved(found);
            return true;
        }

        private void attempted(boolean found, @Nullable Throwable error) {
            try {
                first.complete(null);
                if (error != null && !complained && !timer.isShutdown()) {
                    complained = true;
                    log.warn("lookup failed host={}; trying again", host, error);
                }
            } finally {
                again(found);
            }
        }

        private void again(boolean found) {
            if (found) {
                complained = false;
            }
            if (timer.isShutdown() || (found && address && host.indexOf('%') < 0)) {
                return;
            }
            try {
                timer.schedule(address ? this : this::submit, found ? REFRESH_MS : retryMs, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                log.debug("closed while a name was looked up host={}", host);
            }
        }
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "refractium-names");
        thread.setDaemon(true);
        return thread;
    }

    /** A literal with a zone resolves where the interface is there and has an address of the literal's kind. */
    private static String reason(String host) {
        int zone = host.indexOf('%');
        return zone < 0
                ? "the name does not resolve"
                : "no interface called " + host.substring(zone + 1) + " has a link-local address";
    }
}
