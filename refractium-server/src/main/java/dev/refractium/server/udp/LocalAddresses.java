package dev.refractium.server.udp;

import dev.refractium.server.net.Loop;
import dev.refractium.server.net.OwnAddresses;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of this machine, read every two seconds while there is a watcher: on a thread of its own, since the
 * kernel may take its time. A failure, such as that of starting the thread, is made good by the next read. Loop thread
 * only, but for {@link #look}.
 */
final class LocalAddresses implements AutoCloseable {
    static final long EVERY_SECONDS = 2;

    private static final Logger log = LoggerFactory.getLogger(LocalAddresses.class);

    private final Loop loop;
    private final ThreadPoolExecutor thread;
    private final List<Watcher> watchers = new ArrayList<>();
    private boolean begun;

    LocalAddresses(Loop loop) {
        this(loop, task -> {
            Thread thread = new Thread(task, "refractium-addresses");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** @param threads starts the only thread, and again if that failed */
    LocalAddresses(Loop loop, ThreadFactory threads) {
        this.loop = loop;
        // One look waits while another takes long; more would find nothing new.
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(1),
                threads,
                new ThreadPoolExecutor.DiscardPolicy());
    }

    private record Watcher(Consumer<Set<InetAddress>> found, BooleanSupplier isOpen) {}

    /**
     * Reports the addresses at each look, changed or not.
     *
     * @param found called on the loop
     * @param isOpen whether to go on
     */
    void watch(Consumer<Set<InetAddress>> found, BooleanSupplier isOpen) {
        watchers.add(new Watcher(found, isOpen));
        if (!begun) {
            begun = true;
            loop.every(EVERY_SECONDS, this::look);
        }
    }

    /** Looks soon. Any thread; returns at once. */
    void look() {
        try {
            thread.execute(this::lookNow);
        } catch (RuntimeException | Error e) {
            log.debug("cannot look at the addresses now", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void lookNow() {
        try {
            Set<InetAddress> now = OwnAddresses.list();
            loop.execute(() -> report(now));
        } catch (SocketException | RuntimeException | Error e) {
            log.debug("cannot list the addresses now", e);
        }
    }

    private void report(Set<InetAddress> now) {
        watchers.removeIf(watcher -> !watcher.isOpen().getAsBoolean());
        for (Watcher watcher : List.copyOf(watchers)) {
            try {
                watcher.found().accept(now);
            } catch (RuntimeException | Error e) {
                log.error("addresses not taken over", e);
            }
        }
    }
}
