package dev.refractium.server.health;

import dev.refractium.api.Transport;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.LoopRotation;
import dev.refractium.server.net.Loops;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.upstream.Source;
import dev.refractium.server.upstream.Target;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes the addresses of TCP backends by connecting: each backend on its own jittered schedule, all its addresses at
 * once. UDP backends are not probed: a TCP connect would show nothing about them. Runs on the loops of TCP sessions.
 * Any thread.
 */
public final class HealthChecker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HealthChecker.class);
    private static final long MAX_TIMEOUT_MS = 2_000;
    private static final long MAX_FIRST_MS = 250;

    private final Sockets sockets;
    private final LoopRotation<Loop> rotation;
    private final Set<Source> watched = ConcurrentHashMap.newKeySet();

    /** Both written by the thread that reloads, read by event loops. */
    private volatile Rhythm rhythm;

    private volatile long timeoutMs;

    private volatile boolean closed;

    /** @param interval between two probes of one backend; empty: backends are not probed */
    public HealthChecker(Loops loops, Duration connectTimeout, Optional<Duration> interval) {
        this.sockets = Sockets.of(loops.io());
        this.rotation = new LoopRotation<>(loops.tcp(), Function.identity());
        this.timeoutMs = probeTimeout(connectTimeout);
        this.rhythm = Rhythm.of(interval);
    }

    /** The interval of probes. A check runs only while the rhythm that scheduled it is current. */
    private static final class Rhythm {
        /** 0: off. */
        private final long intervalMs;

        private Rhythm(long intervalMs) {
            this.intervalMs = intervalMs;
        }

        static Rhythm of(Optional<Duration> interval) {
            return new Rhythm(interval.map(Duration::toMillis).orElse(0L));
        }

        boolean isOff() {
            return intervalMs == 0;
        }

        /** Returns a short random delay, so that not all backends are probed at once. */
        long first() {
            return ThreadLocalRandom.current().nextLong(Math.min(MAX_FIRST_MS, intervalMs / 20 + 1));
        }

        long next() {
            return intervalMs + ThreadLocalRandom.current().nextLong(-intervalMs / 10, intervalMs / 10);
        }
    }

    /**
     * Sets the time that a probe may take, two seconds at most, and the interval between probes; empty: backends are
     * not probed.
     */
    public void set(Duration connectTimeout, Optional<Duration> interval) {
        timeoutMs = probeTimeout(connectTimeout);
        Rhythm next = Rhythm.of(interval);
        if (next.intervalMs == rhythm.intervalMs) {
            return;
        }
        rhythm = next;
        for (Source backend : watched) {
            begin(backend, next);
        }
    }

    /** Probes these backends until they are dropped; those that are new, for the first time at once. */
    public void watch(Collection<Source> backends) {
        watched.removeIf(Source::isDropped);
        Rhythm now = rhythm;
        for (Source backend : backends) {
            if (backend.transport() == Transport.TCP && watched.add(backend)) {
                begin(backend, now);
            }
        }
    }

    /** Stops probing; a probe under way ends with its loop. */
    @Override
    public void close() {
        closed = true;
    }

    private void begin(Source backend, Rhythm rhythm) {
        if (rhythm.isOff()) {
            backend.targets().forEach(Target::unwatched);
        } else {
            schedule(backend, rhythm, rhythm.first());
        }
    }

    private void schedule(Source backend, Rhythm rhythm, long afterMs) {
        Loop loop = rotation.next();
        loop.after(afterMs, () -> check(backend, rhythm, loop));
    }

    private void check(Source backend, Rhythm rhythm, Loop loop) {
        if (closed || rhythm != this.rhythm) {
            return;
        }
        if (backend.isDropped()) {
            watched.remove(backend);
            return;
        }
        try {
            probe(backend, rhythm, loop);
        } catch (RuntimeException | Error e) {
            log.error("probe failed backend={}", backend, e);
            schedule(backend, rhythm, rhythm.next());
        }
    }

    /** Probes all addresses at once; the next round is scheduled when the last of them has answered. */
    private void probe(Source backend, Rhythm rhythm, Loop loop) {
        List<Target> targets = backend.targets();
        if (targets.isEmpty()) {
            again(backend, rhythm); // Its name is being looked up.
            return;
        }
        Round round = new Round(targets.size(), () -> again(backend, rhythm));
        for (Target target : targets) {
            new Probe(target, loop, sockets, round::ended).begin(timeoutMs);
        }
    }

    private void again(Source backend, Rhythm rhythm) {
        if (this.rhythm.isOff()) {
            // The probes that have just ended began before probing was switched off.
            backend.targets().forEach(Target::unwatched);
        } else {
            schedule(backend, rhythm, rhythm.next());
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

    private static long probeTimeout(Duration connectTimeout) {
        return Math.min(MAX_TIMEOUT_MS, connectTimeout.toMillis());
    }
}
