package dev.refractium.server.tcp;

import dev.refractium.api.Units;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.generation.ProxyTrust;
import dev.refractium.server.limit.ListenerGate;
import dev.refractium.server.net.Binding;
import dev.refractium.server.net.IoFailure;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.LoopRotation;
import dev.refractium.server.net.Timers;
import dev.refractium.server.session.Admitted;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Listener;
import dev.refractium.server.session.Permit;
import dev.refractium.server.socket.Acceptor;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.text.Addresses;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections on one address and assigns them to the loops in turn. Lives on one of the loops.
 *
 * <p>No failure has a lasting effect: {@link #check} accepts the connections that have arrived, notified or not, and asks
 * for events again, so that accepting goes on as soon as the cause of a failure is gone.
 */
public final class TcpListener implements Listener, Acceptor.Owner {
    private static final Logger log = LoggerFactory.getLogger(TcpListener.class);
    private static final int ACCEPTS_A_TURN = 64;

    /** The pause after accepting has failed, mostly because the process has no descriptor left. */
    private static final long PAUSE_MS = 100;

    private static final long COMPLAIN_EVERY_MS = 10_000;

    private final Acceptor acceptor;
    private final Binding binding;
    private final TcpServices shared;
    private final List<TcpLoop> loops;
    private final LoopRotation<TcpLoop> rotation;

    /** One timer per loop, made in advance: without a descriptor no class can be loaded. */
    private final Map<Loop, Resume> resumes = new HashMap<>();

    /** The loop that it lives on. Written at the start, and by the watchdog's thread from then on. */
    private volatile Loop home;

    /** The loop whose check is pending; null if none is. */
    private volatile @Nullable Loop checking;

    /** Why connections are not accepted; null while they are. Written by the current loop. */
    private volatile @Nullable String trouble;

    private volatile boolean started;
    private long complainedAt = Long.MIN_VALUE / 2;

    private TcpListener(Acceptor acceptor, Binding wanted, TcpServices shared) {
        this.acceptor = acceptor;
        this.binding = wanted.at(acceptor.address());
        this.shared = shared;
        this.loops = shared.loops().all();
        this.rotation = new LoopRotation<>(loops, TcpLoop::loop);
        this.home = loops.get(0).loop();
        loops.forEach(loop -> resumes.put(loop.loop(), new Resume(loop.loop())));
    }

    /**
     * Listens on the address of {@code spec}; port 0 takes any free port.
     *
     * @param beside listeners of this server whose addresses overlap this one, and which keep listening
     * @throws IOException if the address cannot be bound
     */
    public static TcpListener bind(ListenerSpec spec, List<TcpListener> beside, TcpServices shared) throws IOException {
        Binding binding = spec.binding();
        Sockets sockets = shared.loops().sockets();
        TcpServices own = shared.of(spec.name(), binding.port());
        if (beside.isEmpty()) {
            return new TcpListener(sockets.listen(binding.internet(), binding.options(), false), binding, own);
        }
        try {
            for (TcpListener other : beside) {
                other.acceptor.sharePort(true);
            }
            Acceptor acceptor = sockets.listen(binding.internet(), binding.options(), true);
            acceptor.sharePort(false);
            return new TcpListener(acceptor, binding, own);
        } finally {
            // Another server that starts must find the port taken.
            for (TcpListener other : beside) {
                other.acceptor.sharePort(false);
            }
        }
    }

    /**
     * Listens on the Unix socket of {@code spec}.
     *
     * @param at where it is bound: a file that the caller moves to its place, or the abstract name
     * @throws IOException if the file cannot be made, or the name is taken
     */
    public static TcpListener bind(ListenerSpec spec, UnixDomainSocketAddress at, TcpServices shared)
            throws IOException {
        Binding binding = spec.binding();
        Acceptor acceptor = shared.loops()
                .sockets()
                .listen(
                        (UnixDomainSocketAddress) binding.address(),
                        at,
                        binding.options().backlog());
        return new TcpListener(acceptor, binding, shared.of(spec.name(), binding.port()));
    }

    @Override
    public String name() {
        return shared.listener();
    }

    @Override
    public Binding binding() {
        return binding;
    }

    @Override
    public void start() {
        started = true;
        check();
    }

    /** Moves to a loop that responds, if it lives on {@code stuck} and there is one. One thread. */
    @Override
    public void leave(Loop stuck) {
        if (stuck.equals(home)) {
            loops.stream()
                    .map(TcpLoop::loop)
                    .filter(loop -> !loop.isStuck())
                    .findFirst()
                    .ifPresent(loop -> {
                        log.warn("connections are accepted on another event loop address={}", binding.address());
                        home = loop;
                        check();
                    });
        }
    }

    /**
     * Makes its loop accept the connections that have arrived and ask for events again, unless that is pending. Called
     * periodically. Any thread.
     */
    @Override
    public void check() {
        Loop loop = home;
        if (started && !loop.equals(checking)) {
            checking = loop;
            try {
                loop.execute(() -> accept(loop));
            } catch (RuntimeException | Error e) {
                checking = null;
                log.debug("listener not checked address={}", binding.address(), e);
            }
        }
    }

    @Override
    public Optional<String> trouble() {
        String reason = acceptor.isOpen() ? trouble : "the socket is closed";
        return Optional.ofNullable(reason).map(why -> "does not accept: " + why);
    }

    @Override
    public boolean acceptable(Loop loop) {
        for (int i = 0; i < ACCEPTS_A_TURN; i++) {
            try {
                Acceptor.Arrival arrival = acceptor.accept();
                if (trouble != null) {
                    trouble = null;
                    quietly(() -> log.info("connections are accepted again address={}", binding.address()));
                }
                if (arrival == null) {
                    return false;
                }
                admit(arrival);
            } catch (Throwable e) {
                // Errors too: a class that cannot be loaded for lack of a descriptor must not stop the loop.
                pause(e, loop);
                return false;
            }
        }
        return true;
    }

    /** Stops accepting; sessions go on without its socket. When this returns, connects are refused. */
    @Override
    public void drain() {
        close();
    }

    @Override
    public List<Integer> pass() {
        return acceptor.pass().stream().boxed().toList();
    }

    @Override
    public void release() {
        acceptor.release();
    }

    @Override
    public void retire() {
        close();
    }

    @Override
    public void close() {
        acceptor.close();
    }

    @Override
    public boolean isOpen() {
        return acceptor.isOpen();
    }

    /** Registers if necessary, accepts what has arrived, and asks for events unless that failed. On {@code loop}. */
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

    /** Admits or resets a connection. An exception ends this connection only, and returns its resources. */
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

    /** Returns whether a session has begun, which owns the connection from now on. */
    private boolean begin(Acceptor.Arrival arrival) {
        Generation current = shared.generations().current();
        ListenerGate gate = shared.limits(current).gate();
        ProxyTrust trust = shared.trust(current);
        Admitted admitted = trust != null && trust.includes(Addresses.internet(arrival.client()))
                ? shared.sessions().admitProxied(gate)
                : shared.sessions().admit(arrival.client(), gate);
        if (admitted instanceof Permit permit) {
            begin(arrival, permit);
            return true;
        }
        shared.sessions().refuse(shared.meter().undecided(), (EndReason) admitted, arrival, current.refusals());
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

    /** Pauses after a failed accept, mostly for lack of descriptors, which must neither end the listener nor spin. */
    private void pause(Throwable reason, Loop loop) {
        String why = IoFailure.text(reason);
        trouble = why;
        if (!loop.isCurrent()) {
            // The listener closes, on another thread.
            return;
        }
        loop.timers().set(Objects.requireNonNull(resumes.get(loop)), PAUSE_MS);
        acceptor.pause();
        long now = loop.timers().now();
        if (now - complainedAt >= COMPLAIN_EVERY_MS) {
            complainedAt = now;
            quietly(() -> log.warn(
                    "cannot accept reason=\"{}\"; trying again every {}",
                    why,
                    Units.format(Duration.ofMillis(PAUSE_MS))));
        }
    }

    /**
     * Writes a line to the log. The first line of an embedding program's logger may need a descriptor: its failure ends
     * neither the loop nor the connection that was just accepted.
     */
    private static void quietly(Runnable line) {
        try {
            line.run();
        } catch (Throwable e) {
            // There is no log to report it to; the status has the reason.
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
