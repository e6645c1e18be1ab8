package dev.refractium.server.operate;

import java.time.Instant;

/**
 * When the server began, by both clocks: gives the time of day of what happened later.
 *
 * @param nanos the same moment by {@link System#nanoTime}
 */
record StartTime(Instant time, long nanos) {
    /** Returns the time of day of a moment of {@link System#nanoTime}. */
    Instant at(long moment) {
        return time.plusNanos(moment - nanos);
    }
}
