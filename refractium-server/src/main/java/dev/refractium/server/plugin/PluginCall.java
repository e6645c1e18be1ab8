package dev.refractium.server.plugin;

import dev.refractium.server.text.Escape;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Code of a plugin that runs on a thread of its own, which it may keep for ever. Whatever runs such code asks for one of
 * these, which {@link PluginCalls} alone makes, so that nothing runs it on another thread.
 */
public final class PluginCall {
    private static final int LONGEST = 200;
    private static final int FRAMES = 12;

    private final PluginCaller caller;
    private final boolean stops;
    private final CompletableFuture<?> outcome;
    private final LongSupplier nanoClock;

    /** Written by the thread that runs the code, read by those who wait and those who tell. */
    private volatile Step step;

    /** Written before the thread starts; none for a call that another thread runs. */
    private volatile @Nullable Thread thread;

    /**
     * @param stops whether it ends the plugin, and is made even while the server ends
     * @param outcome complete once nobody waits for the call any more
     */
    PluginCall(PluginCaller caller, boolean stops, CompletableFuture<?> outcome, LongSupplier nanoClock) {
        this.caller = caller;
        this.stops = stops;
        this.outcome = outcome;
        this.nanoClock = nanoClock;
        this.step = new Step("load", nanoClock.getAsLong());
    }

    private record Step(String name, long since) {}

    /** Names what is called next, from now on. Each of these has the whole deadline. */
    public void now(String method) {
        step = new Step(Escape.text(method, LONGEST), nanoClock.getAsLong());
    }

    /** Has the plugin's libraries find their resources by {@code classes}, null being the platform's. */
    public void uses(@Nullable ClassLoader classes) {
        Thread.currentThread().setContextClassLoader(classes);
    }

    PluginCaller caller() {
        return caller;
    }

    boolean stops() {
        return stops;
    }

    void runsOn(Thread started) {
        thread = started;
    }

    /** Returns how long what is called now has been running. */
    long nanos() {
        return nanoClock.getAsLong() - step.since();
    }

    long seconds() {
        return TimeUnit.NANOSECONDS.toSeconds(nanos());
    }

    /** Returns whether nobody waits for it any more; it may run still. */
    boolean isLeft() {
        return outcome.isDone();
    }

    /** Lets whoever waits go on without it, and interrupts it; without effect where it has ended. */
    boolean leave(String reason) {
        boolean left = outcome.completeExceptionally(new PluginCallException(reason));
        Thread running = thread;
        if (left && running != null) {
            running.interrupt();
        }
        return left;
    }

    /** Returns where it is, the innermost frame first. */
    String place() {
        Thread running = thread;
        StackTraceElement[] stack = running == null ? new StackTraceElement[0] : running.getStackTrace();
        return Arrays.stream(stack)
                .limit(FRAMES)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
    }

    @Override
    public String toString() {
        return caller.name() + " " + step.name();
    }
}
