package dev.refractium.server.net;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when an event loop does not answer, and says where it is: in a plugin that loops or blocks, mostly. It can end
 * nothing of it. A thread of its own.
 */
public final class Watchdog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);
    private static final long PERIOD_MS = 500;
    private static final long STUCK_MS = 2_000;
    private static final int FRAMES = 16;

    private final List<Loop> loops;
    private final Thread thread = new Thread(this::watch, "refractium-watchdog");

    private Watchdog(List<Loop> loops) {
        this.loops = loops;
        thread.setDaemon(true);
    }

    /** Begins to watch. */
    public static Watchdog start(List<Loop> loops) {
        Watchdog watchdog = new Watchdog(loops);
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

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch() {
        try {
            while (true) {
                loops.forEach(loop -> look(loop.pulse()));
                TimeUnit.MILLISECONDS.sleep(PERIOD_MS);
            }
        } catch (InterruptedException e) {
            log.debug("loops are not watched any more", e);
        }
    }

    private static void look(Pulse pulse) {
        long silent = pulse.ask();
        if (silent >= STUCK_MS && !pulse.isStuck()) {
            pulse.stuck(true);
            log.warn("event loop does not answer thread={} ms={} at={}", name(pulse), silent, place(pulse));
        } else if (silent < STUCK_MS && pulse.isStuck()) {
            pulse.stuck(false);
            log.warn("event loop answers again thread={}", name(pulse));
        }
    }

    private static String name(Pulse pulse) {
        return pulse.thread().map(Thread::getName).orElse("-");
    }

    private static String place(Pulse pulse) {
        return pulse.thread().stream()
                .flatMap(thread -> Arrays.stream(thread.getStackTrace()))
                .limit(FRAMES)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
    }
}
