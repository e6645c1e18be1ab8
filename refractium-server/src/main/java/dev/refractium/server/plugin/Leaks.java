package dev.refractium.server.plugin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plugins that are closed and still in memory: waiting for the garbage collector, or held by something that they left
 * behind, such as a thread, a {@code ThreadLocal} or an entry in a list of the JDK. Any thread.
 */
public final class Leaks {
    private static final Logger log = LoggerFactory.getLogger(Leaks.class);

    private final long graceNanos;
    private final LongSupplier nanoClock;

    /** Guarded by this object's monitor. */
    private final List<Closed> closed = new ArrayList<>();

    /** @param grace how long the collector may take before a warning */
    public Leaks(Duration grace, LongSupplier nanoClock) {
        this.graceNanos = grace.toNanos();
        this.nanoClock = nanoClock;
    }

    private static final class Closed {
        private final LoadedPlugin plugin;
        private final long at;
        private boolean told;

        Closed(LoadedPlugin plugin, long at) {
            this.plugin = plugin;
            this.at = at;
        }
    }

    /** Watches those of {@code plugins} that are closed. */
    public synchronized void watch(List<LoadedPlugin> plugins) {
        long now = nanoClock.getAsLong();
        plugins.stream().filter(LoadedPlugin::isClosed).forEach(plugin -> closed.add(new Closed(plugin, now)));
    }

    /** Checks again, and warns once of each that should be gone; returns their number. */
    public synchronized int check() {
        closed.removeIf(one -> one.plugin.isCollected());
        long now = nanoClock.getAsLong();
        int overdue = 0;
        for (Closed one : closed) {
            boolean late = now - one.at >= graceNanos;
            overdue += late ? 1 : 0;
            if (late && !one.told) {
                one.told = true;
                log.warn(
                        "closed plugin still in memory plugin={} version={} sha256={}; it left something behind that"
                                + " holds it: a thread, a ThreadLocal, a shutdown hook",
                        one.plugin.id(),
                        one.plugin.version(),
                        one.plugin.sha256());
            }
        }
        return overdue;
    }

    /** Returns how many are closed and not collected, late or not. */
    public synchronized int uncollected() {
        closed.removeIf(one -> one.plugin.isCollected());
        return closed.size();
    }
}
