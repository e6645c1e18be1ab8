package dev.refractium.server.route;

/**
 * The rules of a route for its UDP sessions.
 *
 * @param repeatsFirst whether a first datagram that was refused may be sent to another backend
 * @param responses how many answers to each datagram of the client end a session; 0: none do
 */
public record DatagramRules(boolean repeatsFirst, int responses) {
    /** The rules of a route without any. */
    public static final DatagramRules NONE = new DatagramRules(false, 0);
}
