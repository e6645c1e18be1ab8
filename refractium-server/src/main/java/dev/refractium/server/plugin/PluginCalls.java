package dev.refractium.server.plugin;

import dev.refractium.api.Units;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the life-cycle code of plugins, each call on a new thread and with a deadline. A call that has not returned by
 * then is interrupted and abandoned: it is reported for as long as it runs, and nothing waits for it. Any thread.
 */
public final class PluginCalls {
    /** The default deadline. */
    private static final Duration USUAL = Duration.ofSeconds(30);

    /** How long a call may keep its caller waiting before it is reported. */
    private static final Duration LONG = Duration.ofSeconds(2);

    /** How long all plugins together may take to stop when the server ends. */
    private static final Duration AT_THE_END = Duration.ofSeconds(5);

    /** How many calls of the same code may hang before no more are made. */
    private static final int MOST_HANGING = 4;

    private static final Logger log = LoggerFactory.getLogger(PluginCalls.class);

    private final BiFunction<String, Runnable, Thread> threads;
    private final LongSupplier nanoClock;

    /** All calls that run, whether anything waits for them or not. */
    private final Set<PluginCall> running = ConcurrentHashMap.newKeySet();

    /** Tasks for which there was no thread; each returns whether it is done. */
    private final Queue<BooleanSupplier> undone = new ConcurrentLinkedQueue<>();

    private final AtomicLong patienceNanos = new AtomicLong(AT_THE_END.toNanos());

    /** Written by the thread that reads a configuration, read by the threads that call. */
    private volatile long deadlineNanos = USUAL.toNanos();

    private volatile boolean ending;

    public PluginCalls() {
        this(PluginCalls::thread, System::nanoTime);
    }

    /** @param threads makes a thread of that name, or throws as the JVM does */
    PluginCalls(BiFunction<String, Runnable, Thread> threads, LongSupplier nanoClock) {
        this.threads = threads;
        this.nanoClock = nanoClock;
    }

    /** Code of a plugin, and the server's code around it. */
    public interface Task<T> {
        /** Runs it; an exception becomes text on the thread of the call. */
        T run(PluginCall call) throws Exception;

        /** Undoes a result that came too late, on the thread of the call. */
        default void undo(PluginCall call, T late) {}
    }

    /** Sets how long each call may take from now on. */
    public void deadline(Duration time) {
        deadlineNanos = time.toNanos();
    }

    /** Runs {@code task}, and waits until it returns, its deadline passes or the server ends. */
    public <T> T run(PluginCaller caller, Task<T> task) throws PluginCallException {
        if (ending) {
            throw new PluginCallException(caller + " is not called any more, since the server is ending");
        }
        if (count(call -> call.isLeft() && call.caller().code().equals(caller.code())) >= MOST_HANGING) {
            throw new PluginCallException(caller + " is not called again: " + MOST_HANGING
                    + " calls of this JAR have not returned; install another, or restart the server");
        }
        try {
            Begun<T> begun = start(caller, false, task);
            if (ending) {
                leaveAll(call -> call == begun.call());
            }
            return await(begun);
        } catch (NoThreadException e) {
            throw new PluginCallException(e.reason(caller));
        }
    }

    /**
     * Runs the code that stops a plugin, as {@link #run}, but throws nothing: a failure is logged, and want of a thread
     * is retried.
     */
    void stop(PluginCaller caller, Task<Boolean> task) {
        if (!tryToStop(caller, task)) {
            undone.add(() -> tryToStop(caller, task));
        }
    }

    /** Reports code that another thread runs and that nothing waits for any more, until {@code done}. */
    public void leftAlone(PluginCaller caller, String method, CompletableFuture<?> done) {
        PluginCall call = new PluginCall(caller, true, CompletableFuture.completedFuture(null), nanoClock);
        call.now(method);
        running.add(call);
        done.whenComplete((result, thrown) -> running.remove(call));
    }

    /** Has {@link #tryUndone} retry {@code work}, which returns whether it is done. */
    public void tryLater(BooleanSupplier work) {
        undone.add(work);
    }

    /** Retries the tasks for which there was no thread; returns whether any is left. */
    public boolean tryUndone() {
        for (int left = undone.size(); left > 0; left--) {
            BooleanSupplier work = undone.poll();
            if (work != null && !work.getAsBoolean()) {
                undone.add(work);
            }
        }
        return !undone.isEmpty();
    }

    /** Ends all waits for plugins, since the server is closing, except some seconds for their stop. */
    public void end() {
        ending = true;
        leaveAll(call -> !call.stops());
    }

    /** Ends all waits for plugins. */
    public void hurry() {
        patienceNanos.set(0);
        if (ending) {
            leaveAll(call -> true);
        }
    }

    /**
     * Returns the calls that have not returned and should have, in words: {@code plugin example 1.2 stop() has not
     * returned for 31s}.
     */
    public List<String> hanging() {
        return longest(call -> call.isLeft() || call.nanos() >= LONG.toNanos())
                .map(call -> call + " has not returned for " + call.seconds() + "s")
                .toList();
    }

    /** Returns the call that has kept its caller waiting for some seconds, in words. */
    public Optional<String> underWay() {
        return longest(call -> !call.isLeft() && call.nanos() >= LONG.toNanos())
                .map(call -> call + " for " + call.seconds() + "s, of " + Units.format(Duration.ofNanos(deadlineNanos))
                        + " at most")
                .findFirst();
    }

    private record Begun<T>(PluginCall call, CompletableFuture<T> outcome) {}

    private <T> Begun<T> start(PluginCaller caller, boolean stops, Task<T> task) throws NoThreadException {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        PluginCall call = new PluginCall(caller, stops, outcome, nanoClock);
        running.add(call);
        try {
            Thread thread = threads.apply("refractium-plugin-" + caller.id(), () -> perform(call, task, outcome));
            call.runsOn(thread);
            thread.start();
        } catch (OutOfMemoryError e) {
            running.remove(call);
            throw new NoThreadException();
        }
        return new Begun<>(call, outcome);
    }

    /** On the thread of the call. */
    private <T> void perform(PluginCall call, Task<T> task, CompletableFuture<T> outcome) {
        try {
            T made = task.run(call);
            // Before the status of the finished reload can show it.
            running.remove(call);
            if (!outcome.complete(made)) {
                running.add(call);
                log.warn("plugin call returned late call=\"{}\" after_s={}", call, call.seconds());
                task.undo(call, made);
            }
        } catch (Throwable thrown) {
            String reason = call.reason(thrown);
            running.remove(call);
            if (!outcome.completeExceptionally(new PluginCallException(reason))) {
                log.warn("plugin call ended late call=\"{}\" reason=\"{}\"", call, reason);
            }
        } finally {
            running.remove(call);
        }
    }

    private <T> T await(Begun<T> begun) throws PluginCallException {
        PluginCall call = begun.call();
        while (true) {
            try {
                long left = Math.max(1, allowed(call) - call.nanos());
                return begun.outcome().get(left, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (call.nanos() >= allowed(call)) {
                    call.leave(overdue(call));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                call.leave(call + " is not waited for, since the server is ending");
            } catch (ExecutionException e) {
                throw e.getCause() instanceof PluginCallException known
                        ? known
                        : new PluginCallException(call + " failed");
            }
        }
    }

    private long allowed(PluginCall call) {
        return call.stops() && ending ? Math.min(deadlineNanos, patienceNanos.get()) : deadlineNanos;
    }

    private String overdue(PluginCall call) {
        return ending
                ? call + " has not returned, and the server is ending"
                : call + " has not returned within " + Units.format(Duration.ofNanos(deadlineNanos))
                        + ", call_timeout of [plugins]";
    }

    /** Returns whether there was a thread for it. */
    private boolean tryToStop(PluginCaller caller, Task<Boolean> task) {
        long begin = nanoClock.getAsLong();
        try {
            await(start(caller, true, task));
        } catch (PluginCallException e) {
            log.warn("plugin did not stop cleanly reason=\"{}\"", e.reason());
        } catch (NoThreadException e) {
            log.warn("plugin stop postponed reason=\"{}\"", e.reason(caller));
            return false;
        }
        if (ending) {
            patienceNanos.addAndGet(begin - nanoClock.getAsLong());
        }
        return true;
    }

    private void leaveAll(Predicate<PluginCall> which) {
        running.stream()
                .filter(which)
                .forEach(call -> call.leave(call + " is not waited for, since the server is ending"));
    }

    private int count(Predicate<PluginCall> which) {
        return (int) running.stream().filter(which).count();
    }

    private Stream<PluginCall> longest(Predicate<PluginCall> which) {
        return running.stream()
                .filter(which)
                .sorted(Comparator.comparingLong(PluginCall::nanos).reversed());
    }

    private static Thread thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
