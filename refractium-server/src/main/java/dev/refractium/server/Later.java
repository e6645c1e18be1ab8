package dev.refractium.server;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leaves work to the thread that reloads: what blocks, or runs plugin code, and must not keep an event loop. */
final class Later {
    private static final Logger log = LoggerFactory.getLogger(Later.class);

    private final ScheduledExecutorService thread;

    Later(ScheduledExecutorService thread) {
        this.thread = thread;
    }

    /** Runs {@code task} soon; false if the server closes, which cleans up by itself. Any thread. */
    boolean run(Runnable task) {
        return after(0, task);
    }

    /** Runs {@code task} after so many milliseconds; false if the server closes. */
    boolean after(long ms, Runnable task) {
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
