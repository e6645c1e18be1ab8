package dev.refractium.server.hook;

import dev.refractium.api.Hook;
import dev.refractium.server.report.HookCounts;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A hook in use, with threads and memory of its own, and its counters. Any thread. */
public final class LiveHook {
    /** The default memory of a hook, in bytes. */
    public static final long MEMORY = 16 << 20;

    /** The memory that a session takes before the hook has been notified of it. */
    static final int SESSION_COST = 1024;

    /** How long a hook may take to write what it gathered, after its taps have received everything. */
    private static final long FLUSH_MS = 1_000;

    private static final Logger log = LoggerFactory.getLogger(LiveHook.class);

    private final String name;
    private final Hook hook;
    private final Traits traits;
    private final Budget budget;
    private final HookThreads threads;

    /** Null if the hook wants bytes, which should leave its memory soon. */
    private final @Nullable BatchedWakeups rounds;

    private final Counters counters = new Counters();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final AtomicBoolean closing = new AtomicBoolean();

    /** Taps that are not gone yet: event loops add, the hook's threads take, and the closing thread waits for none. */
    private final AtomicInteger live = new AtomicInteger();

    /** Set by the hook's thread that had one fault too many, or when the hook is closed; never unset. */
    private volatile boolean ejected;

    private LiveHook(String name, Hook hook, long memory, Function<Runnable, HookThreads> threads) {
        this.name = name;
        this.hook = hook;
        this.traits = Traits.of(hook);
        if (traits.holds() && memory < Hold.LEAST_MEMORY) {
            throw new IllegalArgumentException("it holds sessions rather than lose bytes, and a memory of " + memory
                    + " is too small for that; use " + Hold.LEAST_MEMORY + " or more");
        }
        this.budget = new Budget(memory);
        this.threads = threads.apply(() -> attempt(hook::flush));
        this.rounds = traits.bytes().isEmpty() ? new BatchedWakeups(this.threads::run) : null;
    }

    /**
     * Takes a hook into use. Reads all its traits on the calling thread; its own threads start with its first session.
     *
     * @param name its name in the configuration
     * @param memory bytes that may wait for its taps, including the overhead of holding them
     * @throws IllegalArgumentException if a trait is invalid or throws; the message names it
     */
    public static LiveHook start(String name, Hook hook, long memory) {
        return start(
                name,
                hook,
                memory,
                flush -> new HookThreads(name, hook.getClass().getClassLoader(), flush));
    }

    /** @param threads makes the threads, given the code to run after each task */
    static LiveHook start(String name, Hook hook, long memory, Function<Runnable, HookThreads> threads) {
        return new LiveHook(name, hook, memory, threads);
    }

    /** Returns its name in the configuration. */
    public String name() {
        return name;
    }

    /** Returns the attributes that it would like to have. */
    public Set<String> attributes() {
        return traits.attributes();
    }

    /** Returns how many descriptors it may have open at a time. */
    public int descriptors() {
        return traits.descriptors();
    }

    /** Returns its counters. */
    public HookCounts counts() {
        return new HookCounts(
                counters.opened.sum(),
                counters.missed.sum(),
                counters.chunks.sum(),
                counters.bytes.sum(),
                counters.lostChunks.sum(),
                counters.lostBytes.sum(),
                counters.faults.sum(),
                ejected,
                budget.used());
    }

    /**
     * Delivers what waits for its taps, for {@code grace} at most, then closes the hook and ends its threads, as far as
     * they can be interrupted. Call it when its last session has ended. Does not wait; a second call has no effect.
     *
     * @return completed when the hook is closed, or never if its {@code close} never returns; failed if there is no
     *     thread to close it, and then it may be called again
     */
    public CompletableFuture<Void> close(Duration grace) {
        if (closing.compareAndSet(false, true)) {
            try {
                threads.start("end", () -> end(grace));
            } catch (OutOfMemoryError e) {
                // The JVM also throws this if the system has no thread to give.
                closing.set(false);
                return CompletableFuture.failedFuture(e);
            }
        }
        return closed.copy();
    }

    @Override
    public String toString() {
        return name;
    }

    Hook hook() {
        return hook;
    }

    Traits traits() {
        return traits;
    }

    Budget budget() {
        return budget;
    }

    Counters counters() {
        return counters;
    }

    public boolean isEjected() {
        return ejected;
    }

    /** Returns whether a session can be shown to it; the session then counts as its own until {@link #left}. */
    boolean admit() {
        if (ejected || closing.get()) {
            return false;
        }
        if (!budget.take(SESSION_COST, 0)) {
            counters.missed.increment();
            return false;
        }
        live.incrementAndGet();
        return true;
    }

    /** Records that it has been asked about a session that was admitted. */
    void heardOf() {
        budget.give(SESSION_COST);
    }

    /** Records that a tap is gone. */
    void left() {
        if (live.decrementAndGet() == 0 && closing.get()) {
            synchronized (live) {
                live.notifyAll();
            }
        }
    }

    /** Returns false if its threads have ended. */
    boolean run(Runnable task) {
        threads.revive();
        return rounds == null ? threads.run(task) : rounds.run(task);
    }

    /** Runs code of the hook; returns whether it ended normally. */
    boolean attempt(Runnable call) {
        if (ejected) {
            return false;
        }
        try {
            call.run();
            return true;
        } catch (Throwable thrown) {
            fault(thrown);
            return false;
        }
    }

    private void fault(Throwable thrown) {
        if (counters.fault()) {
            ejected = true;
            log.error("hook ejected name={} reason=faults last=\"{}\" until=reload", name, Throwables.describe(thrown));
        }
        // At a level that is off by default: anybody who can make a hook throw could fill the log.
        log.debug("hook fault name={}", name, thrown);
    }

    private void end(Duration grace) {
        boolean told = false;
        threads.revive();
        try {
            told = awaitNone(grace);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!told) {
            log.warn("hook close timed out name={} sessions={}", name, live.get());
            ejected = true;
        }
        // The last tap is gone before its thread flushes: an interrupt at that time would lose what the hook writes.
        threads.end(told ? FLUSH_MS : 0);
        ejected = true;
        try {
            hook.close();
        } catch (Throwable thrown) {
            counters.fault();
            log.warn("hook did not close cleanly name={} fault=\"{}\"", name, Throwables.describe(thrown));
        }
        closed.complete(null);
    }

    private boolean awaitNone(Duration grace) throws InterruptedException {
        long until = System.nanoTime() + grace.toNanos();
        synchronized (live) {
            long left = grace.toMillis();
            while (live.get() > 0 && left > 0) {
                live.wait(left);
                left = Duration.ofNanos(until - System.nanoTime()).toMillis();
            }
        }
        return live.get() == 0;
    }
}
