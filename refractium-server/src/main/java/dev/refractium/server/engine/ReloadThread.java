package dev.refractium.server.engine;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leaves work to the thread that reloads: what blocks, or runs plugin code, and must not keep an event loop. */
public final class ReloadThread {
    private static final Logger log = LoggerFactory.getLogger(ReloadThread.class);

    private final ScheduledExecutorService thread;

    public ReloadThread(ScheduledExecutorService thread) {
        this.thread = thread;
    }

    /** Runs {@code task} soon; false if the server closes, which cleans up by itself. Any thread. */
    public boolean run(Runnable task) {
        return after(0, task);
    }

    /** Runs {@code task} after so many milliseconds; false if the server closes. */
    public boolean after(long ms, Runnable task) {
        try {
            thread.schedule(() -> logged(task), ms, TimeUnit.MILLISECONDS);
            return true;
        } catch (RejectedExecutionException e) {
            log.debug("too late", e);
            return false;
        }
    }

    private static void logged(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("left undone", e);
        }
    }
}
