package dev.refractium.server.hook;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** The time of day, for people, and a nanosecond clock that never goes back, for all times of a session. */
record Clock(InstantSource day, LongSupplier nanos) {
    static final Clock SYSTEM = new Clock(InstantSource.system(), System::nanoTime);

    /** Returns the time of day {@code age} nanoseconds ago. */
    Instant ago(long age) {
        return day.instant().minusNanos(age);
    }

    long now() {
        return nanos.getAsLong();
    }
}
