package dev.refractium.plugins.accesslog;

import dev.refractium.api.Direction;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.SessionStage;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a line is about: a session at its end, a refused one, or a long one that goes on.
 *
 * @param end null if the session goes on
 * @param reason the end's, or {@code interval}
 * @param total how long the session has lasted
 * @param refused how many refused sessions the line stands for; 0 of a session that had a route
 */
record Entry(Session session, @Nullable SessionEnd end, String reason, Duration total, long refused) {
    private static final String INTERVAL = "interval";

    static Entry ended(Session session, SessionEnd end) {
        return new Entry(session, end, end.cause(), end.toEnd(), 0);
    }

    static Entry refused(Session session, SessionEnd end, long count) {
        return new Entry(session, end, end.cause(), end.toEnd(), count);
    }

    static Entry interval(Session session, Duration age) {
        return new Entry(session, null, INTERVAL, age, 0);
    }

    boolean isRefused() {
        return refused > 0;
    }

    /** Returns the bytes of a direction, up to now if the session goes on. */
    long bytes(Direction direction) {
        return end == null ? session.bytes(direction) : end.bytes(direction);
    }

    Optional<SessionEnd> ended() {
        return Optional.ofNullable(end);
    }

    /** Returns how long the session was in a stage; empty if it never was, or goes on. */
    Optional<Duration> in(SessionStage stage) {
        return ended().flatMap(known -> known.in(stage));
    }

    /** Returns how long the connected backend took to its first byte. */
    Optional<Duration> firstByte() {
        return ended().flatMap(known ->
                known.toConnect().flatMap(connected -> known.toFirstByte().map(first -> first.minus(connected))));
    }
}
