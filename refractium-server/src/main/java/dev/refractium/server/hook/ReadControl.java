package dev.refractium.server.hook;

/**
 * How the taps of a session control its reading, for hooks that hold sessions rather than lose bytes. The session
 * provides it.
 */
public interface ReadControl {
    /**
     * Stops reading both sides from now on, within this turn of the loop as well, until {@link #resume}; after {@code
     * ms} at the latest, {@link Taps#holdOver} must be called. On the session's loop, within {@link Taps#data}.
     */
    void hold(long ms);

    /** Resumes reading both sides. On the session's loop; may come after the session's end. */
    void resume();

    /** Runs a task on the session's loop, soon; has no effect if the loop has ended. Any thread; throws nothing. */
    void execute(Runnable task);
}
