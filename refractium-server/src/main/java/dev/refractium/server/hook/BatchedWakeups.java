package dev.refractium.server.hook;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Has the threads of a hook come for what waits every so often, rather than at once: to wake a thread for each beginning
 * and end of a session costs more than all else that a hook without bytes does, and such a hook has time. Any thread.
 */
final class BatchedWakeups {
    /** What comes within this time is delivered together. Nobody sees it, and a thread is woken fifty times a second at most. */
    static final long PAUSE_MS = 20;

    private final Predicate<Runnable> threads;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    /** Whether a thread has been asked to come and has not begun: set by whoever asks, unset by that thread. */
    private final AtomicBoolean due = new AtomicBoolean();

    /** @param threads {@link HookThreads#run}, of two threads at least */
    BatchedWakeups(Predicate<Runnable> threads) {
        this.threads = threads;
    }

    /** False where the threads have ended. */
    boolean run(Runnable task) {
        waiting.add(task);
        return ask();
    }

    private boolean ask() {
        return due.get() || !due.compareAndSet(false, true) || threads.test(this::round);
    }

    /** An interrupt, which says that time is up, ends the pause. */
    private void round() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MS));
        due.set(false);
        for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
            if (!waiting.isEmpty()) {
                // This one may block: the others shall not wait for it.
                ask();
            }
            next.run();
            // An interrupt is for whoever caused it.
            Thread.interrupted();
        }
    }
}
