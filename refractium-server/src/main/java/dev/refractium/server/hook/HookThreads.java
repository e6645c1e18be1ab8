package dev.refractium.server.hook;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one hook, two at most; they start when there is work and end after some idle seconds. The queue is
 * bounded by the hook's memory, since each mailbox is in it once. Any thread.
 */
final class HookThreads {
    /** With a single thread, one tap that blocks would cost the hook all others. */
    private static final int MOST = 2;

    private static final long IDLE_SECONDS = 10;
    private static final long END_MS = 1_000;

    private final BiFunction<String, Runnable, Thread> threads;
    private final AtomicInteger started = new AtomicInteger();
    private final ThreadPoolExecutor pool;

    /**
     * Whether the queue may hold a task for which there is no thread: written and read by the callers that add tasks.
     */
    private volatile boolean stranded;

    /**
     * @param classes the class loader with which libraries of the hook find their resources
     * @param flush run after each task, on its thread
     */
    HookThreads(String hook, ClassLoader classes, Runnable flush) {
        this((called, task) -> thread("refractium-hook-" + hook + "-" + called, classes, task), flush);
    }

    /** @param threads makes a thread of that name, or throws as the JVM does */
    HookThreads(BiFunction<String, Runnable, Thread> threads, Runnable flush) {
        this.threads = threads;
        this.pool = new Pool(task -> threads.apply(String.valueOf(started.incrementAndGet()), task), flush);
    }

    private static final class Pool extends ThreadPoolExecutor {
        private final Runnable flush;

        Pool(ThreadFactory threads, Runnable flush) {
            super(MOST, MOST, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
            this.flush = flush;
            allowCoreThreadTimeOut(true);
        }

        @Override
        protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
            // Leave the interrupt to the code that caused it.
            Thread.interrupted();
            flush.run();
        }
    }

    /**
     * Runs {@code task}; returns false if the threads have ended. If no thread can be started now, the task waits for
     * one, or for {@link #revive}.
     */
    boolean run(Runnable task) {
        try {
            pool.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        } catch (OutOfMemoryError e) {
            // The JVM also throws this if the system has no thread to give.
            boolean taken = pool.getQueue().offer(task);
            stranded = true;
            return taken;
        }
    }

    /** Starts a thread if one could not be started before. Call it when there is new work. */
    void revive() {
        if (!stranded) {
            return;
        }
        stranded = false;
        try {
            pool.prestartCoreThread();
        } catch (OutOfMemoryError e) {
            stranded = true;
        }
    }

    /** Starts a thread in addition to the others. */
    void start(String called, Runnable task) {
        threads.apply(called, task).start();
    }

    /**
     * Ends the threads: lets them finish their work, including the flush, for {@code patienceMs}, then interrupts them
     * and waits a moment.
     */
    void end(long patienceMs) {
        pool.shutdown();
        try {
            if (!pool.awaitTermination(patienceMs, TimeUnit.MILLISECONDS)) {
                pool.shutdownNow();
                pool.awaitTermination(END_MS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread thread(String name, ClassLoader classes, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.setContextClassLoader(classes);
        return thread;
    }
}
