package dev.refractium.server.health;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Bounds the probes of a server: how many begin in a second, and how many are under way. Those of one moment begin
 * together, since to wake a loop costs more than a probe. Any thread.
 */
final class Pace {
    /** The length of a moment, in milliseconds. */
    private static final int MOMENT_MS = 25;

    private static final int PER_SECOND = 1_000;
    private static final int UNDER_WAY = 1_000;
    private static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;

    private final LongSupplier nanoClock;
    private final AtomicInteger underWay = new AtomicInteger();

    /** When the next probe may begin, if that is not over. */
    private final AtomicLong next;

    Pace(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.next = new AtomicLong(nanoClock.getAsLong());
    }

    /** Reserves the next turn of a probe, and returns how many milliseconds from now it is. */
    long turn() {
        long now = nanoClock.getAsLong();
        long turn = next.updateAndGet(due -> (due - now < 0 ? now : due) + STEP_NANOS) - STEP_NANOS;
        long wait = TimeUnit.NANOSECONDS.toMillis(turn - now);
        return Math.max(0, wait - Math.floorMod(TimeUnit.NANOSECONDS.toMillis(now) + wait, MOMENT_MS));
    }

    /** Returns whether a probe may begin; then {@link #leave} must follow. */
    boolean enter() {
        if (underWay.incrementAndGet() <= UNDER_WAY) {
            return true;
        }
        underWay.decrementAndGet();
        return false;
    }

    /** Records the end of a probe. */
    void leave() {
        underWay.decrementAndGet();
    }
}
