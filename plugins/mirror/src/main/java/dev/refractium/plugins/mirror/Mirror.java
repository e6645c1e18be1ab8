package dev.refractium.plugins.mirror;

import dev.refractium.api.Tap;
import dev.refractium.api.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to the other backend, served by one thread that never waits for any of them: it starts with the first
 * and ends when the mirror is closed. Where it cannot be started, or fails, the sessions of that moment are not mirrored,
 * and the next one starts it anew. Any thread.
 */
final class Mirror implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Mirror.class);
    private static final long TICK_MS = 500;
    private static final long COMPLAIN_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Target target;
    private final int maxSessions;
    private final Memory memory;
    private final ThreadFactory threads;

    /** Connections and flows that are open: the hook's threads add, whoever ends one takes. */
    private final AtomicInteger open = new AtomicInteger();

    /** Connections that have something for the thread. */
    private final Queue<Connection> changed = new ConcurrentLinkedQueue<>();

    private final Set<Flow> flows = ConcurrentHashMap.newKeySet();

    /** Where answers go; what is read is forgotten. The thread's only. */
    private final ByteBuffer discarded = ByteBuffer.allocateDirect(64 << 10);

    /** Made with the thread; guarded by this. */
    private @Nullable Selector selector;

    private boolean closed;

    /** When the log last said that no thread could be started; guarded by this. */
    private long complainedAt = System.nanoTime() - COMPLAIN_EVERY_NANOS;

    Mirror(Target target, int maxSessions, Memory memory) {
        this(target, maxSessions, memory, Mirror::thread);
    }

    /** @param threads makes a thread, or throws as the JVM does */
    Mirror(Target target, int maxSessions, Memory memory, ThreadFactory threads) {
        this.target = target;
        this.maxSessions = maxSessions;
        this.memory = memory;
        this.threads = threads;
    }

    /**
     * A copy of one session.
     *
     * @throws IOException if too many are open, or there is no way to the other backend
     */
    Tap open(Transport transport) throws IOException {
        if (open.incrementAndGet() > maxSessions) {
            open.decrementAndGet();
            throw new IOException("max_sessions are open");
        }
        try {
            InetSocketAddress address = target.resolve();
            return switch (transport) {
                case TCP -> new Connection(this, address, memory).begin();
                case UDP -> flow(address);
            };
        } catch (IOException | RuntimeException | Error e) {
            open.decrementAndGet();
            throw e;
        }
    }

    /** A connection has ended. */
    void ended() {
        open.decrementAndGet();
    }

    /** A flow has ended. */
    void ended(Flow flow) {
        if (flows.remove(flow)) {
            open.decrementAndGet();
        }
    }

    int open() {
        return open.get();
    }

    int maxSessions() {
        return maxSessions;
    }

    /** Has the thread look after {@code connection}, soon. */
    void wake(Connection connection) throws IOException {
        changed.add(connection);
        selector().wakeup();
    }

    @Override
    public void close() {
        Selector closing;
        synchronized (this) {
            closed = true;
            closing = selector;
        }
        if (closing != null) {
            closing.wakeup();
        }
        flows.forEach(Flow::end);
    }

    private Flow flow(InetSocketAddress address) throws IOException {
        Flow made = new Flow(this, address);
        flows.add(made);
        return made;
    }

    private synchronized Selector selector() throws IOException {
        if (closed) {
            throw new IOException("the mirror is closed");
        }
        Selector made = selector;
        if (made == null) {
            made = Selector.open();
            start(made);
            selector = made;
        }
        return made;
    }

    /** Has a thread serve {@code made}, or closes it. */
    private synchronized void start(Selector made) throws IOException {
        try {
            threads.newThread(() -> serve(made)).start();
        } catch (RuntimeException | Error e) {
            made.close();
            long now = System.nanoTime();
            if (now - complainedAt >= COMPLAIN_EVERY_NANOS) {
                complainedAt = now;
                log.warn("mirror has no thread; trying again with the next session reason=\"{}\"", e.toString());
            }
            throw new IOException("no thread can be started", e);
        }
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "refractium-mirror");
        thread.setDaemon(true);
        return thread;
    }

    // The mirror's thread

    private void serve(Selector serving) {
        try (serving) {
            serveUntilClosed(serving);
        } catch (IOException | RuntimeException | Error e) {
            log.warn("mirror stopped; starting again with the next session reason=\"{}\"", e.toString());
        }
        for (Connection left = changed.poll(); left != null; left = changed.poll()) {
            left.abort();
        }
    }

    private void serveUntilClosed(Selector serving) throws IOException {
        try {
            long checked = System.nanoTime();
            while (!isClosed()) {
                serving.select(this::ready, TICK_MS);
                for (Connection next = changed.poll(); next != null; next = changed.poll()) {
                    next.advance(serving);
                }
                long now = System.nanoTime();
                if (now - checked >= TICK_MS * 1_000_000) {
                    checked = now;
                    serving.keys().forEach(key -> connection(key).check());
                }
            }
        } finally {
            leave(serving);
            serving.keys().forEach(key -> connection(key).abort());
        }
    }

    /** Whoever wakes the mirror from here on starts another thread. */
    private synchronized void leave(Selector served) {
        if (selector == served) {
            selector = null;
        }
    }

    private void ready(SelectionKey key) {
        connection(key).ready(key, discarded);
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private static Connection connection(SelectionKey key) {
        return (Connection) key.attachment();
    }
}
