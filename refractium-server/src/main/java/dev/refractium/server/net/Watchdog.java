package dev.refractium.server.net;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when an event loop does not answer, and says where it is: in a plugin that loops or blocks, mostly. It can end
 * nothing of it. A plugin that keeps one for less, and lets go by itself, is noticed too. A thread of its own.
 */
public final class Watchdog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);
    private static final long PERIOD_MS = 250;

    /** Less than a period, so that whoever has not answered at the next look is slow. */
    private static final long SLOW_MS = 200;

    private static final long STUCK_MS = 2_000;
    private static final long COMPLAIN_EVERY_MS = 10_000;
    private static final int FRAMES = 16;

    private final List<Loop> loops;
    private final Function<String, Optional<String>> plugins;
    private final Consumer<List<Loop>> looked;
    private final LongSupplier nanoClock;
    private long complainedAt;

    /** Counted up by the thread that watches. */
    private final AtomicLong slow = new AtomicLong();

    private final Thread thread = new Thread(this::watch, "refractium-watchdog");

    Watchdog(
            List<Loop> loops,
            Function<String, Optional<String>> plugins,
            Consumer<List<Loop>> looked,
            LongSupplier nanoClock) {
        this.loops = loops;
        this.plugins = plugins;
        this.looked = looked;
        this.nanoClock = nanoClock;
        this.complainedAt = nanoClock.getAsLong() - TimeUnit.MILLISECONDS.toNanos(COMPLAIN_EVERY_MS);
        thread.setDaemon(true);
    }

    /**
     * Begins to watch.
     *
     * @param plugins tells of the name of a class which plugin it belongs to, if to one; asked on the thread that watches
     * @param looked given the loops that do not answer, after every look, on that thread
     */
    public static Watchdog start(
            List<Loop> loops, Function<String, Optional<String>> plugins, Consumer<List<Loop>> looked) {
        Watchdog watchdog = new Watchdog(loops, plugins, looked, System::nanoTime);
        watchdog.thread.start();
        return watchdog;
    }

    /** The threads of those loops that do not answer now. Any thread. */
    public List<String> stuck() {
        return loops.stream()
                .filter(Loop::isStuck)
                .map(loop -> name(loop.pulse()))
                .toList();
    }

    /** How often a plugin was seen to keep a loop for so long that the others on it feel it. Any thread. */
    public long slow() {
        return slow.get();
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
            log.debug("loops are not watched any more", e);
        }
    }

    /** Looks at all loops once. What is thrown costs this look, and not the next. */
    void lookAround() {
        try {
            loops.forEach(loop -> look(loop.pulse()));
            looked.accept(loops.stream().filter(Loop::isStuck).toList());
        } catch (RuntimeException | Error e) {
            log.error("event loops not looked at", e);
        }
    }

    /** Asks one loop; to be called once a period. */
    void look(Heartbeat pulse) {
        long silent = pulse.ask();
        if (silent >= SLOW_MS && pulse.lookInto()) {
            lookInto(pulse, silent);
        }
        if (silent >= STUCK_MS && !pulse.isStuck()) {
            pulse.stuck(true);
            StackTraceElement[] stack = stack(pulse);
            log.warn(
                    "event loop does not answer thread={} ms={} plugin={} at={}",
                    name(pulse),
                    silent,
                    plugin(stack).orElse("-"),
                    place(stack));
        } else if (silent < STUCK_MS && pulse.isStuck()) {
            pulse.stuck(false);
            log.warn("event loop answers again thread={}", name(pulse));
        }
    }

    /** A loop that has much to do is late too: a plugin must be seen at it. */
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
                    "plugin keeps an event loop plugin={} thread={} ms={} so_far={} at={}",
                    plugin.get(),
                    name(pulse),
                    silent,
                    slow,
                    place(stack));
        }
    }

    /** The one that the innermost call of a plugin is of. */
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
