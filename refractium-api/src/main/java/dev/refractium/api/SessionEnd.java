package dev.refractium.api;

import java.time.Duration;
import java.util.Optional;

/**
 * How a session ended and what it came to. Made by the host, immutable, readable from any thread. Times until
 * something are counted from {@link Session#began()}; all go by a clock that is never set back.
 *
 * @since 0.1.0
 */
public interface SessionEnd {
    /** Why, in the words of the server's log: "done", "client-reset", "idle"… More may be added. */
    String cause();

    /** Which party ended it. */
    default Party endedBy() {
        return Party.PROXY;
    }

    /** The stage that it ended in; empty if it was refused at its arrival. */
    default Optional<SessionStage> stage() {
        return Optional.empty();
    }

    /** How long it was in a stage, all times together if it was there several times; empty if it never was. */
    default Optional<Duration> in(SessionStage stage) {
        return Optional.empty();
    }

    /** How many backends were tried for its route, including the one that was connected. */
    default int attempts() {
        return 0;
    }

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
