package dev.refractium.server.hook;

/**
 * What the taps of a session may do to its reading, where a hook would rather have it wait than lose bytes. The session
 * provides it.
 */
public interface ReadControl {
    /**
     * Neither side is to be read from now on, within this turn of the loop as well, until {@link #resume}; and after
     * {@code ms} at the latest {@link Taps#holdOver} is to be called. On the session's loop, within {@link Taps#data}.
     */
    void hold(long ms);

    /** Both sides may be read again. On the session's loop; may come after the session's end. */
    void resume();

    /** Runs a task on the session's loop, soon, or not at all where the loop has ended. Any thread; throws nothing. */
    void execute(Runnable task);
}
