package dev.refractium.server.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A line on standard error that says for how long a command has been waiting, and for what. It is written again and again
 * while the wait lasts, and is gone afterwards; only at a terminal, and not for a wait that is over at once.
 */
final class Progress implements AutoCloseable {
    private static final long FIRST_MS = 500;
    private static final long EVERY_MS = 1_000;
    private static final String ERASED = "\r\033[K";

    private final PrintWriter err;
    private final String what;
    private final long began = System.nanoTime();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "refractium-progress");

    private Progress(PrintWriter err, String what) {
        this.err = err;
        this.what = what;
    }

    /** Begins a wait. */
    static Progress of(String what) {
        Progress progress = new Progress(StandardStreams.err(), what);
        if (Terminal.ofStandardError().interactive()) {
            progress.thread.setDaemon(true);
            progress.thread.start();
        }
        return progress;
    }

    private void run() {
        try {
            long wait = FIRST_MS;
            while (!over.await(wait, TimeUnit.MILLISECONDS)) {
                long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
                write(ERASED + what + " (" + seconds + " s)");
                wait = EVERY_MS;
            }
            if (wait == EVERY_MS) {
                write(ERASED);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(String text) {
        err.print(text);
        err.flush();
    }

    /** Returns once the line is gone, so that what is printed next does not stand behind it. Idempotent. */
    @Override
    public void close() {
        over.countDown();
        if (!thread.isAlive()) {
            return;
        }
        try {
            thread.join(EVERY_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        StandardStreams.flush();
    }
}
