package dev.refractium.api;

import java.time.Duration;
import java.util.Optional;

/**
 * How a session ended and what it came to. Made by the host, immutable, readable from any thread. All times are counted
 * from {@link Session#began()}, by a clock that is never set back.
 *
 * @since 0.1.0
 */
public interface SessionEnd {
    /** Why, in the words of the server's log: "done", "client-reset", "idle"… More may be added. */
    String cause();

    /** How many bytes the proxy read in a direction, whether or not a tap was given them. */
    long bytes(Direction direction);

    /** Until the route was found. */
    Duration toRoute();

    /** Until a backend was connected; empty if none ever was. */
    Optional<Duration> toConnect();

    /** Until the backend's first byte or datagram; empty if there was none. */
    Optional<Duration> toFirstByte();

    /** Until it ended. */
    Duration toEnd();
}
