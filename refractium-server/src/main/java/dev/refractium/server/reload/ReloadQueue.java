package dev.refractium.server.reload;

import dev.refractium.server.config.ConfigException;
import dev.refractium.server.engine.EnvironmentException;
import dev.refractium.server.engine.ReloadThread;
import dev.refractium.server.report.Reload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs reloads one after the other, on a thread of their own. Any thread. */
public final class ReloadQueue {
    private static final Logger log = LoggerFactory.getLogger(ReloadQueue.class);

    /** The longest wait of a client of the control socket, which waits for a minute itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private static final long LOOK_MS = 100;

    private final ReloadThread thread;
    private final Attempt attempt;

    /** The reload that was requested and has not begun; later requests share it. Guarded by this. */
    private @Nullable CompletableFuture<Long> waiting;

    /** The reload that runs. Guarded by this. */
    private @Nullable CompletableFuture<Long> running;

    /** Whether that one was requested by more than the watch. Guarded by this. */
    private boolean asked;

    /** Written by the thread that reloads, read by any. */
    private volatile Optional<Reload> last = Optional.empty();

    /** Why the files are not what runs. Written by the threads that reload and watch. */
    private volatile Optional<String> degraded = Optional.empty();

    ReloadQueue(ReloadThread thread, Attempt attempt) {
        this.thread = thread;
        this.attempt = attempt;
    }

    /** Makes and serves another generation, whose number it returns; or throws, and nothing has changed. */
    interface Attempt {
        /**
         * Makes and serves it.
         *
         * @param asked whether the files are to be taken as they are, even if they look unfinished
         */
        long run(boolean asked) throws ConfigException, EnvironmentException, InterruptedException;

        /** Returns the number of the generation that new sessions begin with. */
        long serving();
    }

    /** Returns the result of the last reload; empty before the first. */
    public Optional<Reload> last() {
        return last;
    }

    /** Returns why the files are not what runs; empty if they are, as far as is known. */
    public Optional<String> degraded() {
        return degraded;
    }

    /** Sets why the files are not what runs; empty if they are. */
    void degraded(Optional<String> reason) {
        degraded = reason;
    }

    /**
     * Reloads, and waits for the outcome.
     *
     * @return the new generation's number
     */
    public long reload() throws ConfigException, EnvironmentException, InterruptedException {
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
    public Optional<Long> reloadSoon(Supplier<Optional<String>> call)
            throws ConfigException, EnvironmentException, InterruptedException {
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
    public synchronized boolean isRunning() {
        return running != null;
    }

    private synchronized boolean isWaiting(CompletableFuture<Long> outcome) {
        return waiting == outcome;
    }

    private static EnvironmentException failure(ExecutionException e) throws ConfigException, EnvironmentException {
        if (e.getCause() instanceof ConfigException wrong) {
            throw wrong;
        }
        if (e.getCause() instanceof EnvironmentException cannot) {
            throw cannot;
        }
        return new EnvironmentException("the reload failed: " + e.getCause(), e);
    }

    /**
     * Requests a reload that begins after this call.
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
                next.completeExceptionally(new EnvironmentException("the server is closed", null));
            }
        }
        return next;
    }

    /** Ends reloads. Callers that wait get an exception, even if the reload that runs does not end. */
    public synchronized void close() {
        EnvironmentException closed = new EnvironmentException("the server is closed", null);
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
            last = Optional.of(new Reload(Instant.now(), Reload.Outcome.APPLIED, generation, List.of()));
            degraded = Optional.empty();
            taken.outcome().complete(generation);
        } catch (Throwable e) {
            String reason = e instanceof ConfigException || e instanceof EnvironmentException
                    ? String.valueOf(e.getMessage())
                    : e.toString();
            last = Optional.of(new Reload(
                    Instant.now(),
                    Reload.Outcome.REFUSED,
                    attempt.serving(),
                    reason.lines().toList()));
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
