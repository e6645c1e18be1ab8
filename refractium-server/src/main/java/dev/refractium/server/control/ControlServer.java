package dev.refractium.server.control;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens at a Unix domain socket, for whom {@link SocketAccess} says, and answers one request per connection by its {@link
 * Administration}. On daemon threads of its own: one accepts, one for each client, eight at most. {@link Exchange} has
 * the protocol. A socket whose file is deleted is created again.
 */
public final class ControlServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ControlServer.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS = 1_000_000_000;
    private static final long CLOSE_MS = 1_000;

    /** How often the file is checked. */
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Place place;
    private final SocketAccess access;
    private final Duration look;
    private final ThreadFactory threads;
    private final Duration patience;
    private final Trouble trouble = new Trouble();

    /** Replaced, under this object's monitor, by the thread that accepts; read by any. */
    private volatile ControlListener listener;

    /** Written under this object's monitor. */
    private volatile boolean closed;

    /** Null until there is somebody to answer. Written under this object's monitor, before the thread starts. */
    private @Nullable ControlClients clients;

    /** Null until it has started. Guarded by this object's monitor. */
    private @Nullable Thread accepting;

    private ControlServer(Place place, SocketAccess access, Limits limits, ThreadFactory threads) throws IOException {
        this.place = place;
        this.access = access;
        this.look = limits.look();
        this.patience = limits.patience();
        this.threads = threads;
        this.listener = ControlListener.open(place.find(), access);
    }

    /** Finds the file for the socket; creates its directory if it is the server's own. */
    interface Place {
        Path find() throws IOException;
    }

    /**
     * Times.
     *
     * @param patience how long a client may take to send its line, and to read the answer
     * @param look how often the file is checked
     */
    record Limits(Duration patience, Duration look) {}

    /**
     * Takes {@code file}, or, if none is named, PID.sock in the first directory of {@link
     * dev.refractium.server.files.SocketDirectory}. Replaces a socket that a dead server left. Clients wait until
     * {@link #serve}.
     *
     * @throws IOException if the file is another's, or cannot be created
     */
    public static ControlServer bind(Optional<Path> file, SocketAccess access, Map<String, String> environment)
            throws IOException {
        Place place = file.<Place>map(named -> () -> named).orElse(() -> ControlPlace.usual(environment));
        return new ControlServer(place, access, new Limits(PATIENCE, LOOK), new Daemons());
    }

    /** Binds and serves, for this user and root. */
    public static ControlServer start(
            Optional<Path> file, Map<String, String> environment, Administration administration) throws IOException {
        ControlServer server = bind(file, SocketAccess.PRIVATE, environment);
        server.serve(administration);
        return server;
    }

    static ControlServer start(Path file, Administration administration, Duration patience) throws IOException {
        return start(() -> file, administration, new Limits(patience, LOOK), new Daemons());
    }

    /** @param threads makes the threads; the first is the one that accepts */
    static ControlServer start(Place place, Administration administration, Limits limits, ThreadFactory threads)
            throws IOException {
        ControlServer server = new ControlServer(place, SocketAccess.PRIVATE, limits, threads);
        server.serve(administration);
        return server;
    }

    /** Answers by {@code administration} from now on; call it once. */
    public synchronized void serve(Administration administration) {
        clients = new ControlClients(administration, access, patience, threads);
        revive();
    }

    /** Returns the file of the socket. */
    public Path file() {
        return listener.file();
    }

    /**
     * Starts the thread that accepts, unless it runs. Call it now and then, since a system may have no thread to give.
     */
    public synchronized void revive() {
        ControlClients served = clients;
        if (closed || served == null || (accepting != null && accepting.isAlive())) {
            return;
        }
        try {
            Thread started = threads.newThread(() -> accept(served));
            started.setName("refractium-control");
            started.start();
            accepting = started;
        } catch (OutOfMemoryError e) {
            trouble.log("control socket has no thread to accept on, trying again", e);
        }
    }

    /** Stops, disconnects clients, and removes the socket unless another has taken its name. Idempotent. */
    @Override
    public void close() {
        Thread ending;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            ending = accepting;
            if (clients != null) {
                clients.close();
            }
            listener.close();
        }
        if (ending != null) {
            ending.interrupt();
            awaitEnd(ending);
        }
    }

    /** Waits until the selector is gone, which keeps the socket open. */
    private static void awaitEnd(Thread thread) {
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept(ControlClients served) {
        while (!closed) {
            try {
                accept(listener, served);
            } catch (Throwable e) {
                if (!closed) {
                    trouble.log("control socket cannot accept, trying again", e);
                    LockSupport.parkNanos(PAUSE_NANOS); // For want of descriptors it would fail again at once.
                }
            }
        }
    }

    /** Accepts until the server closes or {@code current} has been replaced. */
    private void accept(ControlListener current, ControlClients served) throws IOException {
        try (Selector selector = Selector.open()) {
            current.channel().register(selector, SelectionKey.OP_ACCEPT);
            long lookAt = System.nanoTime() + look.toNanos();
            while (!closed && current == listener) {
                selector.select(look.toMillis());
                selector.selectedKeys().clear();
                SocketChannel client = current.channel().accept();
                if (client != null) {
                    trouble.over();
                    served.serve(client);
                }
                if (System.nanoTime() - lookAt >= 0) {
                    lookAt = System.nanoTime() + look.toNanos();
                    look(current);
                }
            }
        }
    }

    /** Listens again if the file is gone: temporary directories are cleaned. */
    private void look(ControlListener current) throws IOException {
        if (current.isReachable()) {
            return;
        }
        ControlListener next = ControlListener.open(place.find(), access);
        synchronized (this) {
            if (closed) {
                next.close();
                return;
            }
            listener = next;
        }
        current.close();
        trouble.over();
        log.warn("control socket was gone and has been made again socket={}", next.file());
    }

    private static final class Daemons implements ThreadFactory {
        private final AtomicInteger numbers = new AtomicInteger();

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, "refractium-control-" + numbers.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        }
    }
}
