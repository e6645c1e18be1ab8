package dev.refractium.server.tcp;

import dev.refractium.server.net.Loop;
import dev.refractium.server.net.LoopRotation;
import dev.refractium.server.net.Timers;
import dev.refractium.server.session.Admitted;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Permit;
import dev.refractium.server.socket.Acceptor;
import dev.refractium.server.socket.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections on one address and gives them to the loops in turn. Lives on one of them.
 *
 * <p>Nothing that went wrong once is remembered: {@link #check} accepts what has arrived, notified or not, and asks for
 * events again, so that whatever kept it from accepting counts no longer than that lasts.
 */
public final class TcpListener implements Acceptor.Owner {
    private static final Logger log = LoggerFactory.getLogger(TcpListener.class);
    private static final int ACCEPTS_A_TURN = 64;

    /** How long accepting rests after it failed, mostly because the process has no descriptor left. */
    private static final long PAUSE_MS = 100;

    private static final long COMPLAIN_EVERY_MS = 10_000;

    private final Acceptor acceptor;
    private final TcpShared shared;
    private final List<TcpLoop> loops;
    private final LoopRotation<TcpLoop> rotation;

    /** One per loop, made before it is needed: without a descriptor no class can be loaded. */
    private final Map<Loop, Resume> resumes = new HashMap<>();

    /** Written when it starts, and by the thread that watches the loops from then on. */
    private volatile Loop home;

    /** The loop that has been asked for a check and has not made it; null if none. */
    private volatile @Nullable Loop checking;

    /** Why connections are not accepted; null while they are. Written by the loop that it lives on. */
    private volatile @Nullable String trouble;

    private volatile boolean started;
    private long complainedAt = Long.MIN_VALUE / 2;

    private TcpListener(Acceptor acceptor, TcpShared shared) {
        this.acceptor = acceptor;
        this.shared = shared;
        this.loops = shared.loops().all();
        this.rotation = new LoopRotation<>(loops, TcpLoop::loop);
        this.home = loops.get(0).loop();
        loops.forEach(loop -> resumes.put(loop.loop(), new Resume(loop.loop())));
    }

    /**
     * Listens on {@code address}; port 0 takes any free one.
     *
     * @param beside a listener of this server whose address overlaps this one, if there is one: both listen from now on
     * @throws IOException if the address cannot be bound
     */
    public static TcpListener bind(InetSocketAddress address, Optional<TcpListener> beside, TcpShared shared)
            throws IOException {
        Sockets sockets = shared.loops().sockets();
        if (beside.isEmpty()) {
            return new TcpListener(sockets.listen(address, false), shared);
        }
        Acceptor other = beside.get().acceptor;
        other.sharePort(true);
        try {
            Acceptor acceptor = sockets.listen(address, true);
            acceptor.sharePort(false);
            return new TcpListener(acceptor, shared);
        } finally {
            // A second start of the server must find the port taken.
            other.sharePort(false);
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return acceptor.address();
    }

    /** Begins to accept. */
    public void start() {
        started = true;
        check();
    }

    /** Goes on elsewhere, if it lives on this loop, which does not answer, and one of the others does. One thread. */
    public void leave(Loop stuck) {
        if (stuck.equals(home)) {
            loops.stream()
                    .map(TcpLoop::loop)
                    .filter(loop -> !loop.isStuck())
                    .findFirst()
                    .ifPresent(loop -> {
                        log.warn("connections are accepted on another event loop address={}", address());
                        home = loop;
                        check();
                    });
        }
    }

    /**
     * Has its loop accept what has arrived and ask for events again, unless it is about to. To be called every now and
     * then. Any thread.
     */
    public void check() {
        Loop loop = home;
        if (started && !loop.equals(checking)) {
            checking = loop;
            try {
                loop.execute(() -> accept(loop));
            } catch (RuntimeException | Error e) {
                checking = null;
                log.debug("listener not checked address={}", address(), e);
            }
        }
    }

    /** Returns why connections are not accepted; empty while they are. Any thread. */
    public Optional<String> trouble() {
        return acceptor.isOpen() ? Optional.ofNullable(trouble) : Optional.of("the socket is closed");
    }

    @Override
    public boolean acceptable(Loop loop) {
        for (int i = 0; i < ACCEPTS_A_TURN; i++) {
            try {
                Acceptor.Arrival arrival = acceptor.accept();
                if (trouble != null) {
                    trouble = null;
                    log.info("connections are accepted again address={}", address());
                }
                if (arrival == null) {
                    return false;
                }
                admit(arrival);
            } catch (Throwable e) {
                // An Error too: a class that cannot be loaded for want of a descriptor must not stop the loop.
                pause(e, loop);
                return false;
            }
        }
        return true;
    }

    /** Stops accepting; sessions go on. Any thread; when this returns, connects are refused. */
    public void close() {
        acceptor.close();
    }

    /** Registers where it is not, accepts what is there, and asks for more unless that failed. On {@code loop}. */
    private void accept(Loop loop) {
        checking = null;
        if (!loop.equals(home)) {
            return;
        }
        try {
            acceptor.register(loop, this);
            acceptor.poll();
            if (trouble == null) {
                acceptor.arm();
            }
        } catch (Throwable e) {
            pause(e, loop);
        }
    }

    /** A throw costs this connection, and gives back whatever it has taken. */
    private void admit(Acceptor.Arrival arrival) {
        boolean begun = false;
        try {
            begun = begin(arrival);
        } finally {
            if (!begun) {
                arrival.side().end(true);
            }
        }
    }

    /** Returns whether a session has begun, which owns the connection from then on. */
    private boolean begin(Acceptor.Arrival arrival) {
        Admitted admitted = shared.sessions().admit(arrival.client().getAddress());
        if (admitted instanceof Permit permit) {
            begin(arrival, permit);
            return true;
        }
        shared.sessions()
                .refuse(
                        (EndReason) admitted,
                        arrival,
                        null,
                        shared.generations().current().refusals());
        return false;
    }

    private void begin(Acceptor.Arrival arrival, Permit permit) {
        TcpSession session = null;
        try {
            session = TcpSession.admitted(shared, rotation.next(), arrival, permit);
        } finally {
            if (session == null) {
                permit.release();
            }
        }
        session.start();
    }

    /** An accept that fails, mostly for want of descriptors, must neither end the listener nor spin. */
    private void pause(Throwable reason, Loop loop) {
        trouble = String.valueOf(reason.getMessage());
        if (!loop.isCurrent()) {
            // The listener closes, on another thread.
            return;
        }
        loop.timers().set(Objects.requireNonNull(resumes.get(loop)), PAUSE_MS);
        acceptor.pause();
        long now = loop.timers().now();
        if (now - complainedAt >= COMPLAIN_EVERY_MS) {
            complainedAt = now;
            log.warn("cannot accept reason=\"{}\"; trying again every {} ms", reason.getMessage(), PAUSE_MS);
        }
    }

    private final class Resume extends Timers.Timeout {
        private final Loop loop;

        Resume(Loop loop) {
            this.loop = loop;
        }

        @Override
        protected void expired() {
            accept(loop);
        }

        @Override
        protected void failed() {
            loop.timers().set(this, PAUSE_MS);
        }
    }
}
