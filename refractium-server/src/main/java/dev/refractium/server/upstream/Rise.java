package dev.refractium.server.upstream;

/** How far a target has come since it was up again. Written by one thread at a time, read by any. */
final class Rise {
    /** The part in the first moment, so that a target gets a session at all where none is better. */
    private static final double LEAST = 0.01;

    /** By {@link System#nanoTime}; of no meaning unless {@code begun} is set, which is written after it. */
    private volatile long beganAt;

    private volatile boolean begun;

    /** Records that the target, which was down, is up. */
    void began(long now) {
        beganAt = now;
        begun = true;
    }

    /** Returns whether the target has come up again at any time. */
    boolean hasBegun() {
        return begun;
    }

    /**
     * Returns how far it is, from above 0 to 1.
     *
     * @param now at or after {@link #began}
     * @param rampNanos how long it takes
     */
    double part(long now, long rampNanos) {
        return Math.min(1, Math.max(LEAST, (double) (now - beganAt) / rampNanos));
    }
}
