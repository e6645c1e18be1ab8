package dev.refractium.api;

/**
 * The parties of a session, of which one has ended it.
 *
 * @since 0.1.0
 */
public enum Party {
    /** The client has ended its sending, reset the connection or left. */
    CLIENT,
    /** The backend has ended its sending, reset the connection or refused a datagram. */
    BACKEND,
    /** The proxy, by a limit, a timeout or an order, or since neither side goes on. */
    PROXY
}
