package dev.refractium.server.hook;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** The time of day for people, and nanoseconds that only go forward, by which all times of a session are measured. */
record Clock(InstantSource day, LongSupplier nanos) {
    static final Clock SYSTEM = new Clock(InstantSource.system(), System::nanoTime);

    /** The time of day that it was {@code age} nanoseconds ago. */
    Instant ago(long age) {
        return day.instant().minusNanos(age);
    }

    long now() {
        return nanos.getAsLong();
    }
}
