package dev.refractium.server.tcp;

import dev.refractium.server.generation.Generation;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Timers;
import dev.refractium.server.session.End;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections on one address and gives them to the loops in turn. Lives on one of them. */
public final class TcpListener implements Acceptor.Owner {
    private static final Logger log = LoggerFactory.getLogger(TcpListener.class);
    private static final int ACCEPTS_A_TURN = 64;

    /** How long accepting rests when the process has no descriptor left. */
    private static final long PAUSE_MS = 100;

    private static final long COMPLAIN_EVERY_MS = 10_000;

    private final Acceptor acceptor;
    private final TcpShared shared;
    private final List<TcpLoop> loops;
    private final LoopRotation rotation;

    /** For each loop its own, loaded before there is a need: without a descriptor no class can be loaded. */
    private final Map<Loop, Resume> resumes = new HashMap<>();

    /** Written when it starts and by the thread that watches the loops from then on. */
    private volatile Loop home;

    private long complainedAt = Long.MIN_VALUE / 2;

    private TcpListener(Acceptor acceptor, TcpShared shared) {
        this.acceptor = acceptor;
        this.shared = shared;
        this.loops = shared.loops().all();
        this.rotation = new LoopRotation(loops);
        this.home = loops.get(0).loop();
        loops.forEach(loop -> resumes.put(loop.loop(), new Resume()));
    }

    /**
     * Listens on {@code address}; port 0 takes any free one.
     *
     * @throws IOException if the address cannot be bound
     */
    public static TcpListener bind(InetSocketAddress address, TcpShared shared) throws IOException {
        return new TcpListener(shared.loops().sockets().listen(address), shared);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return acceptor.address();
    }

    /** Begins to accept. */
    public void start() {
        liveOn(home);
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
                        liveOn(loop);
                    });
        }
    }

    private void liveOn(Loop loop) {
        home = loop;
        loop.execute(() -> {
            if (loop.equals(home)) {
                acceptor.register(loop, this);
                acceptor.resume();
            }
        });
    }

    @Override
    public boolean acceptable(Loop loop) {
        for (int i = 0; i < ACCEPTS_A_TURN; i++) {
            try {
                Acceptor.Arrival arrival = acceptor.accept();
                if (arrival == null) {
                    return false;
                }
                admit(arrival.side(), arrival.client());
            } catch (IOException | RuntimeException | Error e) {
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

    private void admit(Side client, InetSocketAddress from) {
        InetAddress address = from.getAddress();
        Optional<End> refused = shared.admission().acquire(address);
        if (refused.isPresent()) {
            shared.sessions().count(refused.get());
            shared.endLog().end(refused.get(), address, null);
            show(refused.get(), client, from);
            client.end(true);
            return;
        }
        TcpLoop loop = rotation.next();
        TcpSession session = new TcpSession(shared, loop, client, from);
        shared.sessions().began(session);
        loop.loop().execute(session::begin);
    }

    /** Nothing is made for a connection that is refused unless a hook asks for it: they come in floods. */
    private void show(End why, Side client, InetSocketAddress from) {
        Generation current = shared.generations().current();
        if (current.refusals().areWanted()) {
            Refused.show(current, why, shared.sessions().nextId(), client, from, System.nanoTime(), null);
        }
    }

    /** An accept that fails, mostly for want of descriptors, must neither end the listener nor spin. */
    private void pause(Throwable reason, Loop loop) {
        acceptor.pause();
        long now = loop.timers().now();
        if (now - complainedAt >= COMPLAIN_EVERY_MS) {
            complainedAt = now;
            log.warn("cannot accept reason=\"{}\"; trying again every {} ms", reason.getMessage(), PAUSE_MS);
        }
        loop.timers().set(Objects.requireNonNull(resumes.get(loop)), PAUSE_MS);
    }

    private final class Resume extends Timers.Timeout {
        @Override
        protected void expired() {
            acceptor.resume();
        }
    }
}
