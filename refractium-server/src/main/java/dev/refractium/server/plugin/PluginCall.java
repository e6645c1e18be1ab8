package dev.refractium.server.plugin;

import dev.refractium.server.text.Escape;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Code of a plugin that runs on a thread of its own, which it may block for ever. All such code gets one of these, and
 * only {@link PluginCalls} creates them, so that the code runs on no other thread.
 */
public final class PluginCall {
    private static final Logger log = LoggerFactory.getLogger(PluginCall.class);

    private static final int LONGEST = 200;
    private static final int FRAMES = 12;

    private final PluginCaller caller;
    private final boolean stops;
    private final CompletableFuture<?> outcome;
    private final LongSupplier nanoClock;

    /** Written by the thread that runs the code, read by threads that wait or report. */
    private volatile Step step;

    /** Written before the thread starts; null for a call that another thread runs. */
    private volatile @Nullable Thread thread;

    /**
     * @param stops whether it ends the plugin; such a call is made even while the server is closing
     * @param outcome complete once nothing waits for the call any more
     */
    PluginCall(PluginCaller caller, boolean stops, CompletableFuture<?> outcome, LongSupplier nanoClock) {
        this.caller = caller;
        this.stops = stops;
        this.outcome = outcome;
        this.nanoClock = nanoClock;
        this.step = new Step("load", nanoClock.getAsLong());
    }

    private record Step(String name, long since) {}

    /** Names the method that is called next. Each of these has the whole deadline. */
    public void now(String method) {
        step = new Step(Escape.text(method, LONGEST), nanoClock.getAsLong());
    }

    /** Sets the class loader with which the plugin's libraries find their resources; null is the platform's. */
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

    /** Returns how long the current method has been running. */
    long nanos() {
        return nanoClock.getAsLong() - step.since();
    }

    long seconds() {
        return TimeUnit.NANOSECONDS.toSeconds(nanos());
    }

    /** Returns whether nothing waits for it any more; it may still run. */
    boolean isLeft() {
        return outcome.isDone();
    }

    /** Releases the threads that wait for it, and interrupts it; no effect if it has ended. */
    void leave(String reason) {
        Thread running = thread;
        String place = running == null ? "" : place(running);
        if (outcome.completeExceptionally(new PluginCallException(reason))) {
            log.warn("plugin call abandoned call=\"{}\" after_s={} at={}", this, seconds(), place);
            if (running != null) {
                running.interrupt();
            }
        }
    }

    /**
     * Returns why it has no result. Runs on the call's own thread, since asking what was thrown runs code of the
     * plugin.
     */
    String reason(Throwable thrown) {
        if (thrown instanceof PluginCallException known) {
            return known.reason();
        }
        return thrown instanceof Refused refused ? refused.reason() : this + " threw " + Fault.describe(thrown);
    }

    /** The innermost frame first. */
    private static String place(Thread running) {
        return Arrays.stream(running.getStackTrace())
                .limit(FRAMES)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
    }

    @Override
    public String toString() {
        return caller.name() + " " + step.name();
    }
}
