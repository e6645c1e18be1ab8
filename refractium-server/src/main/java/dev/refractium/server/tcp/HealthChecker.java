package dev.refractium.server.tcp;

import dev.refractium.api.Transport;
import dev.refractium.server.upstream.Backend;
import dev.refractium.server.upstream.Target;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Probes TCP backends by connecting, each on its own jittered clock, all at once. A backend of UDP is not probed: a TCP
 * connect would say nothing about it. Runs on the loops of TCP sessions. Any thread.
 */
public final class HealthChecker implements AutoCloseable {
    private static final long INTERVAL_MS = 5_000;
    private static final long MAX_TIMEOUT_MS = 2_000;

    private final LoopRotation rotation;
    private final Set<Backend> watched = ConcurrentHashMap.newKeySet();

    /** Written by whoever reloads, read by event loops. */
    private volatile long timeoutMs;

    private volatile boolean closed;

    public HealthChecker(TcpLoops loops, Duration connectTimeout) {
        this.rotation = new LoopRotation(loops.all());
        this.timeoutMs = probeTimeout(connectTimeout);
    }

    /** Allows probes so much time from now on, two seconds at most. */
    public void connectTimeout(Duration connectTimeout) {
        timeoutMs = probeTimeout(connectTimeout);
    }

    /** Probes these backends from now on, until they are dropped; those that are new, the first time at once. */
    public void watch(Collection<Backend> backends) {
        for (Backend backend : backends) {
            if (backend.transport() == Transport.TCP && watched.add(backend)) {
                schedule(backend, ThreadLocalRandom.current().nextLong(INTERVAL_MS / 20));
            }
        }
    }

    /** Stops probing; a probe under way ends with its loop. */
    @Override
    public void close() {
        closed = true;
    }

    private void schedule(Backend backend, long afterMs) {
        TcpLoop loop = rotation.next();
        loop.loop().after(afterMs, () -> check(backend, loop));
    }

    private void check(Backend backend, TcpLoop loop) {
        if (closed) {
            return;
        }
        if (backend.isDropped()) {
            watched.remove(backend);
            return;
        }
        probe(backend, loop);
    }

    /** Probes all addresses at once; the next round is due when the last of them has answered. */
    private void probe(Backend backend, TcpLoop loop) {
        List<Target> targets = backend.targets();
        if (targets.isEmpty()) {
            again(backend); // its name is being looked up
            return;
        }
        Round round = new Round(targets.size(), () -> again(backend));
        for (Target target : targets) {
            new Probe(target, loop, round::ended).begin(timeoutMs);
        }
    }

    /** Counts the probes of one backend that are under way. Loop thread only. */
    private static final class Round {
        private final Runnable done;
        private int left;

        Round(int probes, Runnable done) {
            this.left = probes;
            this.done = done;
        }

        void ended() {
            if (--left == 0) {
                done.run();
            }
        }
    }

    private void again(Backend backend) {
        long jitter = ThreadLocalRandom.current().nextLong(-INTERVAL_MS / 10, INTERVAL_MS / 10);
        schedule(backend, INTERVAL_MS + jitter);
    }

    private static long probeTimeout(Duration connectTimeout) {
        return Math.min(MAX_TIMEOUT_MS, connectTimeout.toMillis());
    }
}
