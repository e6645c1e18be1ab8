package dev.refractium.api;

import java.time.Duration;
import java.util.Objects;

/**
 * What happens when a hook's taps take bytes more slowly than sessions bring them and the memory for the difference is
 * used up. Immutable.
 *
 * @since 0.1.0
 */
public final class Overflow {
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Overflow DROP = new Overflow(Duration.ZERO);

    private final Duration maxHold;

    private Overflow(Duration maxHold) {
        this.maxHold = maxHold;
    }

    /** Whole chunks are dropped, and the tap is told how many bytes are missing. The session never waits. */
    public static Overflow drop() {
        return DROP;
    }

    /**
     * The session is not read until its tap has caught up, or until {@code maxHold} is over; from then on chunks are
     * dropped until it has. Sessions over UDP are never held: there they are dropped at once.
     *
     * @param maxHold more than nothing and one minute at most; a held session looks like a slow peer to both its sides
     * @throws IllegalArgumentException if it is not
     */
    public static Overflow hold(Duration maxHold) {
        Objects.requireNonNull(maxHold);
        if (maxHold.isNegative() || maxHold.isZero() || maxHold.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "maxHold is " + maxHold + "; use more than " + Duration.ZERO + " and " + LONGEST + " at most");
        }
        return new Overflow(maxHold);
    }

    /** How long a session may be held at a time; zero where it never is. */
    public Duration maxHold() {
        return maxHold;
    }

    @Override
    public String toString() {
        return maxHold.isZero() ? "drop" : "hold(" + maxHold + ")";
    }
}
