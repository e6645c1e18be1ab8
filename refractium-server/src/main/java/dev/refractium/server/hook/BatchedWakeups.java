package dev.refractium.server.hook;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Wakes the threads of a hook at intervals instead of at once: waking a thread for the beginning and the end of each
 * session costs more than everything else that a hook without bytes does, and such a hook is not in a hurry. Any
 * thread.
 */
final class BatchedWakeups {
    /**
     * What arrives within this time is delivered together. The delay is not noticeable, and a thread is woken fifty
     * times a second at most.
     */
    static final long PAUSE_MS = 20;

    private final Predicate<Runnable> threads;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    /**
     * Whether a thread has been requested and has not begun: set by the caller that requests it, unset by that thread.
     */
    private final AtomicBoolean due = new AtomicBoolean();

    /** @param threads {@link HookThreads#run}, of at least two threads */
    BatchedWakeups(Predicate<Runnable> threads) {
        this.threads = threads;
    }

    /** Returns false if the threads have ended. */
    boolean run(Runnable task) {
        waiting.add(task);
        return ask();
    }

    private boolean ask() {
        return due.get() || !due.compareAndSet(false, true) || threads.test(this::round);
    }

    /** Pauses; an interrupt, which means that time is up, ends the pause. */
    private void round() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MS));
        due.set(false);
        for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
            if (!waiting.isEmpty()) {
                // This task may block; start another thread for the remaining ones.
                ask();
            }
            next.run();
            // Leave the interrupt to the code that caused it.
            Thread.interrupted();
        }
    }
}
