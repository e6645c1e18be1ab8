package dev.refractium.server.health;

import dev.refractium.server.net.Loops;
import dev.refractium.server.upstream.Source;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Probes the addresses of sources by their rules, each source on a schedule of its own, however many pools name it. Runs
 * on the loops of TCP sessions. Any thread, except where a method says otherwise.
 */
public final class HealthChecker implements AutoCloseable {
    private final ProbeLoops loops;
    private final FirstChecks first = new FirstChecks(System::nanoTime);
    private final Map<Source, Watch> watches = new ConcurrentHashMap<>();

    public HealthChecker(Loops loops) {
        this.loops = new ProbeLoops(loops);
    }

    /**
     * Probes these sources by their current rules until they are dropped; those that are new, or have a new interval, for
     * the first time at once. One thread at a time.
     */
    public void watch(Collection<Source> sources) {
        watches.keySet().removeIf(Source::isDropped);
        for (Source source : sources) {
            watches.computeIfAbsent(source, this::begin).follow();
        }
    }

    /**
     * Returns the sources whose first check has no result yet. Empty from the moment on when each check has had one, or
     * five seconds after the start, whatever is checked later.
     */
    public List<String> awaited() {
        return first.awaited(() -> watches.entrySet().stream()
                .filter(entry -> entry.getValue().isUntried())
                .map(entry -> entry.getKey().toString())
                .sorted()
                .toList());
    }

    /** Stops probing; a probe under way ends with its loop. */
    @Override
    public void close() {
        loops.close();
    }

    private Watch begin(Source source) {
        Watch watch = new Watch(source, loops);
        source.onSuspicion(watch::hurry);
        return watch;
    }
}
