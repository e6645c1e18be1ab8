package dev.refractium.server.net;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Checks that a loop responds, by a task that does nothing: the loop's own work costs nothing more. */
final class Heartbeat {
    private final Executor loop;
    private final LongSupplier nanoClock;

    /** Written by the loop. */
    private volatile @Nullable Thread thread;

    private volatile boolean waiting;

    /** Read and written by the thread that asks. */
    private long askedAt;

    /** Whether the current wait has been examined. Read and written by the thread that asks. */
    private boolean lookedInto;

    /** How long the loop took to answer the last beat, in nanoseconds. Published by {@link #waiting}. */
    private long delay;

    /** Written by the thread that asks, read by the loop that accepts. */
    private volatile boolean stuck;

    Heartbeat(Executor loop, LongSupplier nanoClock) {
        this.loop = loop;
        this.nanoClock = nanoClock;
    }

    /** Sends a beat unless one is pending, and returns for how many milliseconds the pending one has waited. */
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
            // The loop is ending; nobody waits for it.
            waiting = false;
        } catch (Error e) {
            // A thread could not be started; the next call tries again.
            waiting = false;
            throw e;
        }
        return 0;
    }

    /** Returns whether a beat is pending. */
    boolean isWaiting() {
        return waiting;
    }

    /** Returns in how many nanoseconds the last beat was answered; call it only while none is pending. */
    long delay() {
        return delay;
    }

    /** Returns true for the first call in each wait. */
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

    /** Returns the loop's thread, once the loop has responded. */
    Optional<Thread> thread() {
        return Optional.ofNullable(thread);
    }

    private void answer() {
        thread = Thread.currentThread();
        delay = nanoClock.getAsLong() - askedAt;
        waiting = false;
    }
}
