package dev.refractium.server.engine;

import dev.refractium.server.config.UnixSocket;
import dev.refractium.server.files.StagedSocket;
import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.net.Binding;
import dev.refractium.server.net.Loop;
import dev.refractium.server.session.Listener;
import dev.refractium.server.tcp.TcpListener;
import dev.refractium.server.tcp.TcpServices;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener at a Unix socket that has a file: what accepts, and the file by which clients find it. The file is put in its place when the
 * listener starts, so that a reload that fails leaves the one that is there. If it vanishes, as from a directory that is
 * cleaned, the socket is made anew.
 */
final class UnixListener implements Listener {
    private static final Logger log = LoggerFactory.getLogger(UnixListener.class);

    /** How often the file is checked. */
    private static final long LOOK_NANOS = 2_000_000_000;

    private final ListenerSpec spec;
    private final Predicate<Object> ours;
    private final TcpServices tcp;
    private final ReloadThread later;

    /** Replaced by the thread that reloads, under this object's monitor. */
    private volatile Bound bound;

    /** Why clients do not find the socket; null if they do. */
    private volatile @Nullable String trouble;

    /** When the file was last checked; null before the start. Written by the thread that checks listeners. */
    private volatile @Nullable Long lookedAt;

    /** Guarded by this object's monitor. */
    private boolean closed;

    private UnixListener(ListenerSpec spec, Predicate<Object> ours, TcpServices tcp, ReloadThread later)
            throws IOException {
        this.spec = spec;
        this.ours = ours;
        this.tcp = tcp;
        this.later = later;
        this.bound = bind();
    }

    /** A socket and its file. */
    private record Bound(TcpListener listener, StagedSocket file) {}

    /**
     * Binds the socket of {@code spec}; clients find it from the start on.
     *
     * @param ours returns whether the file of this identity is a socket that this one may replace
     * @param later looks after the file
     * @throws IOException if something else is there, or the file cannot be made
     */
    static UnixListener bind(ListenerSpec spec, Predicate<Object> ours, TcpServices tcp, ReloadThread later)
            throws IOException {
        return new UnixListener(spec, ours, tcp, later);
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public Binding binding() {
        return spec.binding();
    }

    @Override
    public synchronized void start() {
        publish(bound);
        bound.listener().start();
        lookedAt = System.nanoTime();
    }

    @Override
    public void check() {
        bound.listener().check();
        Long last = lookedAt;
        if (last != null && System.nanoTime() - last >= LOOK_NANOS) {
            lookedAt = System.nanoTime();
            later.run(this::look);
        }
    }

    @Override
    public void leave(Loop stuck) {
        bound.listener().leave(stuck);
    }

    @Override
    public Optional<String> trouble() {
        return Optional.ofNullable(trouble)
                .map(why -> "is not found by clients: " + why)
                .or(bound.listener()::trouble);
    }

    @Override
    public void drain() {
        close();
    }

    @Override
    public void retire() {
        close();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            bound.file().remove();
            bound.listener().close();
        }
    }

    @Override
    public boolean isOpen() {
        return bound.listener().isOpen();
    }

    private Bound bind() throws IOException {
        UnixSocket unix = spec.config().address().unix();
        StagedSocket file = StagedSocket.prepare(Path.of(unix.file().orElseThrow()), ours);
        TcpListener listener = null;
        boolean whole = false;
        try {
            listener = TcpListener.bind(spec, UnixDomainSocketAddress.of(file.staged()), tcp);
            file.bound(new StagedSocket.Rights(unix.permissions(), unix.owner(), unix.group()));
            whole = true;
            return new Bound(listener, file);
        } finally {
            if (!whole) {
                file.close();
                if (listener != null) {
                    listener.close();
                }
            }
        }
    }

    /** Returns whether this is the identity of its file. */
    boolean is(Object identity) {
        return bound.file().is(identity);
    }

    private void publish(Bound next) {
        try {
            next.file().publish(ours);
            trouble = null;
        } catch (IOException | RuntimeException e) {
            next.file().close();
            report(e);
        }
    }

    /** Makes the socket anew if its file is gone. On the thread that reloads. */
    private synchronized void look() {
        Bound before = bound;
        if (closed || before.file().isInPlace()) {
            return;
        }
        Bound next;
        try {
            next = bind();
        } catch (IOException | RuntimeException e) {
            report(e);
            return;
        }
        publish(next);
        if (trouble != null) {
            next.listener().close();
            return;
        }
        next.listener().start();
        bound = next;
        before.listener().close();
        log.warn("unix socket was gone and has been made again listener={} {}", name(), path());
    }

    private void report(Exception e) {
        String why = BindFailure.reason(e);
        if (!Objects.equals(why, trouble)) {
            log.warn("unix socket is not found by clients listener={} {} reason=\"{}\"", name(), path(), why);
        }
        trouble = why;
    }

    private String path() {
        return "path=" + spec.config().address().unix().file().orElseThrow();
    }
}
