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

    /** Returns how many threads were requested. */
    public int made() {
        return made.get();
    }

    /** Fails where {@link Thread#start} would: the JDK's own pools do not call an overridden one from 21 on. */
    @Override
    public Thread newThread(Runnable task) {
        if (failing.contains(made.incrementAndGet())) {
            throw new OutOfMemoryError("unable to create native thread: possibly out of memory or process limits");
        }
        Thread thread = new Thread(task, "failing-threads");
        thread.setDaemon(true);
        return thread;
    }
}
