package dev.refractium.server.admin;

import dev.refractium.server.control.Administration;
import dev.refractium.server.report.History;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the samples of a {@link HistoryBuffer}, on a thread of its own, until it is closed. Any thread. */
final class HistoryThread implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HistoryThread.class);

    private final Administration administration;
    private final HistoryBuffer samples = new HistoryBuffer();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Null until it has been started. Guarded by this. */
    private @Nullable Thread thread;

    HistoryThread(Administration administration) {
        this.administration = administration;
        start();
    }

    /** Starts the thread unless it runs; if the system has none to give, the next request tries again. */
    private synchronized void start() {
        if (thread != null) {
            return;
        }
        Thread next = new Thread(this::run, "refractium-admin-history");
        next.setDaemon(true);
        try {
            next.start();
            thread = next;
        } catch (OutOfMemoryError e) {
            log.warn("no thread for the history of the page reason=\"{}\"", e.getMessage());
        }
    }

    /** Returns the last ten minutes. */
    History report() {
        start();
        synchronized (samples) {
            return samples.report(System.nanoTime());
        }
    }

    private void run() {
        try {
            do {
                sample();
            } while (!closed.await(HistoryBuffer.EVERY_MS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            log.debug("history interrupted", e);
        }
    }

    private void sample() {
        try {
            // Examples of ends are taken as well, so that a visitor finds new ones.
            administration.recent();
            synchronized (samples) {
                samples.add(administration.measures(), System.nanoTime());
            }
        } catch (Throwable e) {
            log.warn("history sample failed", e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
