package dev.refractium.plugins.accesslog;

import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * When a file gives way to a new one by the time of day: at full hours, at midnight, or never.
 *
 * @param unit {@link ChronoUnit#HOURS} or {@link ChronoUnit#DAYS}; null for never
 * @param zone whose hours and days they are
 */
record Rotation(@Nullable ChronoUnit unit, InstantSource clock, ZoneId zone) {
    /** The time of day of this machine. */
    static final InstantSource SYSTEM = InstantSource.system();

    static final Rotation NEVER = new Rotation(null, SYSTEM, ZoneId.systemDefault());

    /** Returns that of each {@code unit}, of this machine's time zone. */
    static Rotation each(ChronoUnit unit) {
        return new Rotation(unit, SYSTEM, ZoneId.systemDefault());
    }

    /** Returns the end of the period that a file was last written in. */
    Instant endOf(FileTime written) {
        return end(written.toInstant());
    }

    /** Returns the end of the current period. */
    Instant end() {
        return end(clock.instant());
    }

    /** Returns whether a period is over. */
    boolean isOver(Instant end) {
        return unit != null && !clock.instant().isBefore(end);
    }

    private Instant end(Instant within) {
        return unit == null
                ? Instant.MAX
                : within.atZone(zone).truncatedTo(unit).plus(1, unit).toInstant();
    }
}
