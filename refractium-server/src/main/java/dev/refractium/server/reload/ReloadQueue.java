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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs reloads one after the other, on a thread of their own. Any thread. */
public final class ReloadQueue {
    private static final Logger log = LoggerFactory.getLogger(ReloadQueue.class);

    /** The longest wait of a client of the control socket, whose own timeout is a minute. */
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private static final long LOOK_MS = 100;

    private final ReloadThread thread;
    private final Attempt attempt;

    /** The requested reload that has not begun; later requests share it. Guarded by this. */
    private @Nullable CompletableFuture<Long> waiting;

    /** The reload that runs. Guarded by this. */
    private @Nullable CompletableFuture<Long> running;

    /** The most trusted cause of those that requested it. Guarded by this. */
    private ReloadCause cause = ReloadCause.WATCH;

    /** Written by the thread that reloads, read by any. */
    private volatile Optional<Reload> last = Optional.empty();

    /** How many reloads have been applied. Written by the thread that reloads, read by any. */
    private final AtomicLong applied = new AtomicLong();

    /** How many reloads have been refused. As above. */
    private final AtomicLong refused = new AtomicLong();

    /** Why the running configuration differs from the files. Written by the threads that reload and watch. */
    private volatile Optional<String> degraded = Optional.empty();

    ReloadQueue(ReloadThread thread, Attempt attempt) {
        this.thread = thread;
        this.attempt = attempt;
    }

    /** Makes another generation and serves it. */
    interface Attempt {
        /**
         * Makes and serves it; returns its number, or throws, and nothing has changed.
         *
         * @param cause says whether to take files that look unfinished
         */
        long run(ReloadCause cause) throws ConfigException, EnvironmentException, InterruptedException;

        /** Returns the number of the generation that new sessions begin with. */
        long serving();
    }

    /** Returns the result of the last reload; empty before the first. */
    public Optional<Reload> last() {
        return last;
    }

    /** Returns how many reloads have been applied. */
    public long applied() {
        return applied.get();
    }

    /** Returns how many reloads have been refused. */
    public long refused() {
        return refused.get();
    }

    /** Returns why the running configuration differs from the files; empty if it does not, as far as is known. */
    public Optional<String> degraded() {
        return degraded;
    }

    /** Sets why the running configuration differs from the files; empty if it does not. */
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
            return request(ReloadCause.ASKED).get();
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    /**
     * Reloads for a caller that must not wait long: it waits neither for a slow plugin call, nor longer than {@link
     * #PATIENCE} for its own reload.
     *
     * @param cause not the watch
     * @param call the call that keeps the thread that reloads busy, in words
     * @return the new generation's number; empty if the reload has not ended, or not begun
     */
    public Optional<Long> reloadSoon(ReloadCause cause, Supplier<Optional<String>> call)
            throws ConfigException, EnvironmentException, InterruptedException {
        CompletableFuture<Long> outcome = request(cause);
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

    /** Requests a reload that begins after this call. */
    synchronized CompletableFuture<Long> request(ReloadCause wanted) {
        cause = wanted.compareTo(cause) > 0 ? wanted : cause;
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

    /** Ends reloads. Callers that wait get an exception, even if the running reload does not end. */
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
            long generation = attempt.run(taken.cause());
            last = Optional.of(new Reload(Instant.now(), Reload.Outcome.APPLIED, generation, List.of()));
            degraded = Optional.empty();
            applied.incrementAndGet();
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
            refused.incrementAndGet();
            log.warn("reload refused, nothing has changed reason=\"{}\"", reason);
            taken.outcome().completeExceptionally(e);
        } finally {
            over();
        }
    }

    private synchronized void over() {
        running = null;
    }

    private record Taken(CompletableFuture<Long> outcome, ReloadCause cause) {}

    private synchronized Taken take() {
        Taken taken = new Taken(waiting == null ? new CompletableFuture<>() : waiting, cause);
        waiting = null;
        running = taken.outcome();
        cause = ReloadCause.WATCH;
        return taken;
    }
}
