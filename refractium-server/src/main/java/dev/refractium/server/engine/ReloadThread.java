package dev.refractium.server.engine;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks on the thread that reloads: tasks that block or run plugin code, and so must not run on an event loop. */
public final class ReloadThread {
    private static final Logger log = LoggerFactory.getLogger(ReloadThread.class);

    private final ScheduledExecutorService thread;

    public ReloadThread(ScheduledExecutorService thread) {
        this.thread = thread;
    }

    /** Runs {@code task} soon; returns false if the server is closing, which cleans up by itself. Any thread. */
    public boolean run(Runnable task) {
        return after(0, task);
    }

    /** Runs {@code task} after {@code ms} milliseconds; returns false if the server is closing. */
    public boolean after(long ms, Runnable task) {
        try {
            thread.schedule(() -> logged(task), ms, TimeUnit.MILLISECONDS);
            return true;
        } catch (RejectedExecutionException e) {
            log.debug("task rejected: server closing", e);
            return false;
        }
    }

    private static void logged(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("background task failed", e);
        }
    }
}
