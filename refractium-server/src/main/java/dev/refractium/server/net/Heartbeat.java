package dev.refractium.server.net;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Whether a loop answers: it is asked by a task that does nothing, so that what it does otherwise costs nothing. */
final class Heartbeat {
    private final Executor loop;
    private final LongSupplier nanoClock;

    /** Written by the loop. */
    private volatile @Nullable Thread thread;

    private volatile boolean waiting;

    /** Written by whoever asks, who alone reads it. */
    private long askedAt;

    /** Whether the wait of just now was looked into. Whoever asks alone reads and writes it. */
    private boolean lookedInto;

    /** Written by whoever asks, read by the loop that accepts. */
    private volatile boolean stuck;

    Heartbeat(Executor loop, LongSupplier nanoClock) {
        this.loop = loop;
        this.nanoClock = nanoClock;
    }

    /** Asks, unless an answer is still to come; how many milliseconds that takes already. */
    long ask() {
        if (waiting) {
            return TimeUnit.NANOSECONDS.toMillis(nanoClock.getAsLong() - askedAt);
        }
        askedAt = nanoClock.getAsLong();
        lookedInto = false;
        waiting = true;
        try {
            loop.execute(this::answer);
        } catch (RejectedExecutionException e) {
            // It ends, and is not to be waited for.
            waiting = false;
        } catch (Error e) {
            // A thread could not be started: to be asked again.
            waiting = false;
            throw e;
        }
        return 0;
    }

    /** Whether it has not answered yet. */
    boolean isWaiting() {
        return waiting;
    }

    /** True for the first time in each wait. */
    boolean lookInto() {
        boolean first = !lookedInto;
        lookedInto = true;
        return first;
    }

    boolean isStuck() {
        return stuck;
    }

    void stuck(boolean now) {
        stuck = now;
    }

    /** The loop's thread, once it has answered. */
    Optional<Thread> thread() {
        return Optional.ofNullable(thread);
    }

    private void answer() {
        thread = Thread.currentThread();
        waiting = false;
    }
}
