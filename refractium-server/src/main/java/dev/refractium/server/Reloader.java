package dev.refractium.server;

import dev.refractium.server.config.ConfigException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes reloads happen one after the other, on a thread of their own. Any thread. */
final class Reloader {
    private static final Logger log = LoggerFactory.getLogger(Reloader.class);

    /** How long a client of the control socket is kept; it waits for a minute itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private static final long LOOK_MS = 100;

    private final Later thread;
    private final Attempt attempt;

    /** The reload that has been asked for and not begun: whoever asks meanwhile waits for the same. Guarded by this. */
    private @Nullable CompletableFuture<Long> waiting;

    /** The reload that runs. Guarded by this. */
    private @Nullable CompletableFuture<Long> running;

    /** Whether somebody asked for that one, and not the watch alone. Guarded by this. */
    private boolean asked;

    /** Written by the thread that reloads, read by those who ask for the status. */
    private volatile Optional<ReloadInfo> last = Optional.empty();

    /** Why what runs is not what the files say. Written by those who reload and watch. */
    private volatile Optional<String> degraded = Optional.empty();

    Reloader(Later thread, Attempt attempt) {
        this.thread = thread;
        this.attempt = attempt;
    }

    /** Makes and serves another generation, whose number it returns; or throws, and nothing has changed. */
    interface Attempt {
        /**
         * Makes and serves it.
         *
         * @param asked somebody wants the files as they are, whatever they look like
         */
        long run(boolean asked) throws ConfigException, StartException, InterruptedException;
    }

    /** How the last one went; empty before the first. */
    Optional<ReloadInfo> last() {
        return last;
    }

    /** Why what runs is not what the files say; empty if it is, as far as is known. */
    Optional<String> degraded() {
        return degraded;
    }

    /** What runs is known to be, or not to be, what the files say. */
    void degraded(Optional<String> reason) {
        degraded = reason;
    }

    /**
     * Reloads, and waits for the outcome.
     *
     * @return the new generation's number
     */
    long reload() throws ConfigException, StartException, InterruptedException {
        try {
            return request(true).get();
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    /**
     * Reloads for a caller that is not to wait long: neither behind a call of a plugin that takes its time, nor longer
     * than {@link #PATIENCE} for its own.
     *
     * @param call the one that keeps the thread that reloads, in words
     * @return the new generation's number; empty if the reload is to come, or goes on
     */
    Optional<Long> reloadSoon(Supplier<Optional<String>> call)
            throws ConfigException, StartException, InterruptedException {
        CompletableFuture<Long> outcome = request(true);
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - until < 0) {
            try {
                return Optional.of(outcome.get(LOOK_MS, TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                if (isWaiting(outcome) && call.get().isPresent()) {
                    return Optional.empty();
                }
            } catch (ExecutionException e) {
                throw failure(e);
            }
        }
        return Optional.empty();
    }

    /** Returns whether a reload is under way. */
    synchronized boolean isRunning() {
        return running != null;
    }

    private synchronized boolean isWaiting(CompletableFuture<Long> outcome) {
        return waiting == outcome;
    }

    private static StartException failure(ExecutionException e) throws ConfigException, StartException {
        if (e.getCause() instanceof ConfigException wrong) {
            throw wrong;
        }
        if (e.getCause() instanceof StartException cannot) {
            throw cannot;
        }
        return new StartException("the reload failed: " + e.getCause(), e);
    }

    /**
     * Asks for a reload that begins after this call.
     *
     * @param asked not by the watch
     */
    synchronized CompletableFuture<Long> request(boolean asked) {
        this.asked |= asked;
        CompletableFuture<Long> next = waiting;
        if (next == null) {
            next = new CompletableFuture<>();
            if (thread.run(this::run)) {
                waiting = next;
            } else {
                next.completeExceptionally(new StartException("the server is closed", null));
            }
        }
        return next;
    }

    /** Nothing is reloaded any more; whoever waits is told, even if the reload that runs does not end. */
    synchronized void close() {
        StartException closed = new StartException("the server is closed", null);
        if (waiting != null) {
            waiting.completeExceptionally(closed);
        }
        if (running != null) {
            running.completeExceptionally(closed);
        }
    }

    private void run() {
        Taken taken = take();
        try {
            long generation = attempt.run(taken.asked());
            last = Optional.of(new ReloadInfo(Instant.now(), generation, Optional.empty()));
            degraded = Optional.empty();
            taken.outcome().complete(generation);
        } catch (Throwable e) {
            String reason = e instanceof ConfigException || e instanceof StartException
                    ? String.valueOf(e.getMessage())
                    : e.toString();
            last = Optional.of(new ReloadInfo(Instant.now(), 0, Optional.of(reason)));
            degraded = Optional.of(reason);
            log.warn("reload refused, nothing has changed reason=\"{}\"", reason);
            taken.outcome().completeExceptionally(e);
        } finally {
            over();
        }
    }

    private synchronized void over() {
        running = null;
    }

    private record Taken(CompletableFuture<Long> outcome, boolean asked) {}

    private synchronized Taken take() {
        Taken taken = new Taken(waiting == null ? new CompletableFuture<>() : waiting, asked);
        waiting = null;
        running = taken.outcome();
        asked = false;
        return taken;
    }
}
