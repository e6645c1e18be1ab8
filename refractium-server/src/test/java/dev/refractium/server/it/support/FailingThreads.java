package dev.refractium.server.it.support;

import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes daemon threads, some of which cannot be started, as where a container's limit of threads is reached. Any thread. */
public final class FailingThreads implements ThreadFactory {
    private final Set<Integer> failing;
    private final AtomicInteger made = new AtomicInteger();

    private FailingThreads(Set<Integer> failing) {
        this.failing = failing;
    }

    /** Fails at these, the first of all being 1. */
    public static FailingThreads at(Integer... failing) {
        return new FailingThreads(Set.of(failing));
    }

    /** How many were asked for. */
    public int made() {
        return made.get();
    }

    @Override
    public Thread newThread(Runnable task) {
        boolean fails = failing.contains(made.incrementAndGet());
        Thread thread = new Thread(task, "failing-threads") {
            @Override
            public synchronized void start() {
                if (fails) {
                    // As Thread.start throws it.
                    throw new OutOfMemoryError(
                            "unable to create native thread: possibly out of memory or process limits");
                }
                super.start();
            }
        };
        thread.setDaemon(true);
        return thread;
    }
}
