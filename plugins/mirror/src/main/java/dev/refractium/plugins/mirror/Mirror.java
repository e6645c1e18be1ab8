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
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to the other backend, served by one thread that never waits for any of them: it starts with the first
 * and ends when the mirror is closed. Any thread.
 */
final class Mirror implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Mirror.class);
    private static final long TICK_MS = 500;

    private final Target target;
    private final int maxSessions;
    private final int buffer;

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

    Mirror(Target target, int maxSessions, int buffer) {
        this.target = target;
        this.maxSessions = maxSessions;
        this.buffer = buffer;
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
                case TCP -> new Connection(this, address, buffer).begin();
                case UDP -> flow(address);
            };
        } catch (IOException | RuntimeException e) {
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
            selector = made;
            Selector serving = made;
            Thread thread = new Thread(() -> serve(serving), "refractium-mirror");
            thread.setDaemon(true);
            thread.start();
        }
        return made;
    }

    // The mirror's thread

    private void serve(Selector serving) {
        try (serving) {
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
            serving.keys().forEach(key -> connection(key).abort());
        } catch (IOException e) {
            log.warn("mirror stopped reason=\"{}\"", e.toString());
        }
        for (Connection left = changed.poll(); left != null; left = changed.poll()) {
            left.abort();
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
