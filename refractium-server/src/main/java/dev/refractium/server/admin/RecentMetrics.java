package dev.refractium.server.admin;

import dev.refractium.server.control.Administration;
import dev.refractium.server.metrics.Exposition;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The metrics, printed twice a second at most in each format: clients that ask more often get what was printed last, so
 * that they take no time from the relay. One thread at a time.
 */
final class RecentMetrics {
    private static final long KEPT_NANOS = Duration.ofMillis(500).toNanos();

    private final Administration administration;
    private final Map<String, Printed> byFormat = new HashMap<>();

    RecentMetrics(Administration administration) {
        this.administration = administration;
    }

    /** @param at when it was printed, by {@link System#nanoTime} */
    private record Printed(Exposition page, long at) {}

    /** Returns the metrics in a format that {@code accept} names, as {@link Exposition#of} does. */
    Exposition page(String accept) {
        long now = System.nanoTime();
        Printed last = byFormat.get(Exposition.format(accept));
        if (last == null || now - last.at() >= KEPT_NANOS) {
            last = new Printed(Exposition.of(administration.status(), administration.measures(), accept), now);
            byFormat.put(last.page().contentType(), last);
        }
        return last.page();
    }
}
