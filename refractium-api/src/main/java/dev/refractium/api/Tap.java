package dev.refractium.api;

/**
 * Watches one session for a {@link Hook}, which made it.
 *
 * <p>Its calls come one after the other, on threads of the hook, in the order in which the proxy read the bytes, and some
 * time after that: the session is further on. What one call writes the next one sees, though on another thread. A throw
 * ends this tap, {@link #closed} included: nothing is called on it again.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Tap {
    /**
     * The proxy has read bytes; what it read before them in the same direction has been given or reported lost. Only of
     * the directions that {@link Hook#bytes()} names.
     *
     * @param chunk the tap's, which may keep it
     */
    default void data(Chunk chunk) {}

    /**
     * Bytes that the proxy read at this point were dropped, since the hook was too slow for them.
     *
     * @param bytes more than nothing, but for datagrams without content
     */
    default void lost(Direction direction, long bytes) {}

    /** The session has ended. Called once, after everything else; not after a throw of this tap. */
    void closed(SessionEnd end);
}
