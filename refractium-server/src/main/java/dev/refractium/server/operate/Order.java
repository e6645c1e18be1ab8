package dev.refractium.server.operate;

import dev.refractium.server.upstream.Standing;
import dev.refractium.server.upstream.Standings.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an operator has ordered of a backend. Times of day, since it may outlive the process.
 *
 * @param mode whether it takes new sessions
 * @param weight instead of the configured one
 * @param until when it ends by itself
 * @param by who ordered it
 * @param kept whether it outlives the process
 */
record Order(Mode mode, OptionalInt weight, Instant since, Optional<Instant> until, String by, boolean kept) {
    /** Whether the backend takes new sessions. */
    enum Mode {
        IN_USE("in use"),
        DRAINED("drained"),
        DISABLED("disabled");

        private final String words;

        Mode(String words) {
            this.words = words;
        }
    }

    /** An order with its subject. */
    record About(Subject subject, Order order) {}

    /** Returns what the backend's pools make of it. */
    Standing.Order standing() {
        return new Standing.Order(mode == Mode.IN_USE, weight);
    }

    /**
     * Returns how long it is still followed; empty: without an end. An order outlives the process, and no clock but the
     * time of day does: if that was set meanwhile, the order ends earlier or later.
     */
    Optional<Duration> left(Instant now) {
        return until.map(end -> Duration.between(now, end));
    }

    /** Returns it in words, as {@code drained, weight 3}. */
    String words() {
        return mode.words + (weight.isPresent() ? ", weight " + weight.getAsInt() : "");
    }

    /** Returns it in words with its end, as {@code drained until 2026-12-01T18:00:00Z}. */
    String wordsWithEnd() {
        return words() + until.map(time -> " until " + time).orElse("");
    }
}
