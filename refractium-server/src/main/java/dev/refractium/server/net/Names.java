package dev.refractium.server.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Resolves host names on threads of its own, never on an event loop: the JDK's resolver blocks. Any thread.
 */
public final class Names implements AutoCloseable {
    /** How often a name that resolved is looked up again. */
    private static final long REFRESH_S = 30;

    /** How soon a name that did not resolve is tried again. */
    private static final long RETRY_S = 2;

    private final ScheduledThreadPoolExecutor threads;

    public Names() {
        threads = new ScheduledThreadPoolExecutor(4, task -> {
            Thread thread = new Thread(task, "refractium-names");
            thread.setDaemon(true);
            return thread;
        });
        threads.setRemoveOnCancelPolicy(true);
        threads.setKeepAliveTime(60, TimeUnit.SECONDS);
        threads.allowCoreThreadTimeOut(true);
    }

    /** Is told of each lookup, on a thread of the resolver. */
    public interface Watcher {
        /** What the name resolves to; not empty. */
        void resolved(List<InetAddress> addresses);

        /** The name did not resolve; it is tried again. */
        void unresolved(String reason);

        /** Whether nobody wants to know any more: then it is not looked up again. */
        boolean isOver();
    }

    /**
     * Keeps looking {@code host} up. The future is done after the first attempt, whatever came of it.
     */
    public CompletableFuture<Void> watch(String host, Watcher watcher) {
        CompletableFuture<Void> first = new CompletableFuture<>();
        threads.execute(() -> lookUp(host, watcher, first));
        return first;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** A literal with a zone resolves where the interface is there and has an address of the literal's kind. */
    private static String reason(String host) {
        int zone = host.indexOf('%');
        return zone < 0
                ? "the name does not resolve"
                : "no interface called " + host.substring(zone + 1) + " has a link-local address";
    }

    private void lookUp(String host, Watcher watcher, CompletableFuture<Void> first) {
        long again = RETRY_S;
        if (watcher.isOver()) {
            first.complete(null);
            return;
        }
        try {
            watcher.resolved(List.of(InetAddress.getAllByName(host)));
            again = REFRESH_S;
        } catch (UnknownHostException e) {
            watcher.unresolved(reason(host));
        } finally {
            first.complete(null);
        }
        if (!threads.isShutdown()) {
            threads.schedule(() -> lookUp(host, watcher, first), again, TimeUnit.SECONDS);
        }
    }
}
