package dev.refractium.server.net;

import java.net.ConnectException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs failures of this process or this machine, such as the lack of local ports: one line of each kind per window, with
 * the number of lines that were left out. Any thread.
 */
public final class LocalFailures {
    /** The failures of this process, since their limits are the process's too. */
    public static final LocalFailures OF_PROCESS = new LocalFailures(System::nanoTime);

    static final long WINDOW_NANOS = 10_000_000_000L;

    private static final Logger log = LoggerFactory.getLogger(LocalFailures.class);

    private final LongSupplier nanoClock;

    /** Guarded by this object's monitor. */
    private final Map<IoFailure, Window> windows = new EnumMap<>(IoFailure.class);

    LocalFailures(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        // All windows are over to begin with. The classes that tell failures apart are loaded here: without a
        // descriptor
        // no class can be loaded, nor ever after.
        IoFailure.of(new ConnectException());
        IoFailure.of(new NoSocketException(new ConnectException()));
        for (IoFailure kind : IoFailure.values()) {
            windows.put(kind, new Window(nanoClock.getAsLong() - WINDOW_NANOS, 0));
        }
    }

    private record Window(long began, long leftOut) {}

    /** Loads the classes that a failure needs: without a descriptor no class can be loaded. */
    static void load() {
        log.trace("loaded {}", OF_PROCESS);
    }

    /**
     * Logs that {@code what} failed, unless a failure of the same kind has been logged in this window.
     *
     * @return whether it was logged
     */
    public synchronized boolean report(IoFailure kind, String what, Throwable cause) {
        long now = nanoClock.getAsLong();
        Window window = Objects.requireNonNull(windows.get(kind));
        if (now - window.began() < WINDOW_NANOS) {
            windows.put(kind, new Window(window.began(), window.leftOut() + 1));
            return false;
        }
        windows.put(kind, new Window(now, 0));
        log.warn(
                "socket call failed reason=\"{}\" call=\"{}\" error=\"{}\" not_logged={}",
                kind.label(),
                what,
                cause,
                window.leftOut());
        return true;
    }
}
