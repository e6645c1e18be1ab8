package dev.refractium.server.net;

import dev.refractium.api.Units;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices event loops that do not respond and logs where they are: mostly in a plugin that loops or blocks. It cannot end
 * that. It also notices plugins that block a loop for a shorter time. Runs on its own thread.
 */
public final class Watchdog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);
    private static final long PERIOD_MS = 250;

    /** Less than a period, so that a loop that has not responded by the next check is slow. */
    private static final long SLOW_MS = 200;

    private static final long STUCK_MS = 2_000;
    private static final long COMPLAIN_EVERY_MS = 10_000;
    private static final int FRAMES = 16;

    private final List<Loop> loops;
    private final Function<String, Optional<String>> plugins;
    private final Consumer<List<Loop>> looked;
    private final LongSupplier nanoClock;
    private final LongConsumer delays;
    private long complainedAt;

    /** For how long a loop has not responded. Written by the watchdog's thread. */
    private volatile long stuckMs;

    /** Incremented by the watchdog's thread. */
    private final AtomicLong slow = new AtomicLong();

    private final Thread thread = new Thread(this::watch, "refractium-watchdog");

    Watchdog(
            List<Loop> loops,
            Function<String, Optional<String>> plugins,
            Consumer<List<Loop>> looked,
            LongConsumer delays,
            LongSupplier nanoClock) {
        this.loops = loops;
        this.plugins = plugins;
        this.looked = looked;
        this.delays = delays;
        this.nanoClock = nanoClock;
        this.complainedAt = nanoClock.getAsLong() - TimeUnit.MILLISECONDS.toNanos(COMPLAIN_EVERY_MS);
        thread.setDaemon(true);
    }

    /**
     * Starts to watch.
     *
     * @param plugins maps the name of a class to the plugin that it belongs to, if any; called on the watchdog's thread
     * @param looked receives the loops that do not respond, after every check, on that thread
     * @param delays receives the nanoseconds in which a loop has responded to a check, on that thread
     */
    public static Watchdog start(
            List<Loop> loops,
            Function<String, Optional<String>> plugins,
            Consumer<List<Loop>> looked,
            LongConsumer delays) {
        Watchdog watchdog = new Watchdog(loops, plugins, looked, delays, System::nanoTime);
        watchdog.thread.start();
        return watchdog;
    }

    /** Returns the names of the threads of the loops that do not respond now. Any thread. */
    public List<String> stuck() {
        return loops.stream()
                .filter(Loop::isStuck)
                .map(loop -> name(loop.pulse()))
                .toList();
    }

    /** Returns how often a plugin was seen to block a loop long enough to delay its other sessions. Any thread. */
    public long slow() {
        return slow.get();
    }

    /** Returns for how many milliseconds a loop has not responded, if it counts as stuck; else 0. Any thread. */
    public long stuckMs() {
        return stuckMs;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch() {
        try {
            while (true) {
                lookAround();
                TimeUnit.MILLISECONDS.sleep(PERIOD_MS);
            }
        } catch (InterruptedException e) {
            log.debug("watchdog stopped", e);
        }
    }

    /** Checks all loops once. An exception costs this check and not the next. */
    void lookAround() {
        try {
            long longest = 0;
            for (Loop loop : loops) {
                long silent = look(loop.pulse());
                longest = loop.isStuck() ? Math.max(longest, silent) : longest;
            }
            stuckMs = longest;
            looked.accept(loops.stream().filter(Loop::isStuck).toList());
        } catch (RuntimeException | Error e) {
            log.error("watchdog check failed", e);
        }
    }

    /** Checks one loop; called once per period. Returns for how many milliseconds it has not responded. */
    long look(Heartbeat pulse) {
        if (!pulse.isWaiting() && pulse.thread().isPresent()) {
            delays.accept(pulse.delay());
        }
        long silent = pulse.ask();
        if (silent >= SLOW_MS && pulse.lookInto()) {
            lookInto(pulse, silent);
        }
        if (silent >= STUCK_MS && !pulse.isStuck()) {
            pulse.stuck(true);
            StackTraceElement[] stack = stack(pulse);
            log.warn(
                    "event loop does not answer thread={} silent={} plugin={} at={}",
                    name(pulse),
                    Units.format(Duration.ofMillis(silent)),
                    plugin(stack).orElse("-"),
                    place(stack));
        } else if (silent < STUCK_MS && pulse.isStuck()) {
            pulse.stuck(false);
            log.warn("event loop answers again thread={}", name(pulse));
        }
        return silent;
    }

    /** A busy loop is late too, so this counts only loops that are seen inside a plugin. */
    private void lookInto(Heartbeat pulse, long silent) {
        StackTraceElement[] stack = stack(pulse);
        Optional<String> plugin = plugin(stack);
        if (plugin.isEmpty() || !pulse.isWaiting()) {
            return;
        }
        slow.incrementAndGet();
        long now = nanoClock.getAsLong();
        if (now - complainedAt >= TimeUnit.MILLISECONDS.toNanos(COMPLAIN_EVERY_MS)) {
            complainedAt = now;
            log.warn(
                    "plugin keeps an event loop plugin={} thread={} silent={} so_far={} at={}",
                    plugin.get(),
                    name(pulse),
                    Units.format(Duration.ofMillis(silent)),
                    slow,
                    place(stack));
        }
    }

    /** Returns the plugin of the innermost call into a plugin. */
    private Optional<String> plugin(StackTraceElement[] stack) {
        return Arrays.stream(stack)
                .map(StackTraceElement::getClassName)
                .distinct()
                .map(plugins)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static String name(Heartbeat pulse) {
        return pulse.thread().map(Thread::getName).orElse("-");
    }

    private static StackTraceElement[] stack(Heartbeat pulse) {
        return pulse.thread().map(Thread::getStackTrace).orElse(new StackTraceElement[0]);
    }

    private static String place(StackTraceElement[] stack) {
        return Arrays.stream(stack)
                .limit(FRAMES)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
    }
}
