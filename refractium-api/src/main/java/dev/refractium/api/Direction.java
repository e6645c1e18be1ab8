package dev.refractium.api;

/**
 * Who sent some bytes of a session.
 *
 * @since 0.1.0
 */
public enum Direction {
    /** From the client, on their way to the backend. */
    FROM_CLIENT,
    /** From the backend, on their way to the client. */
    FROM_BACKEND
}
