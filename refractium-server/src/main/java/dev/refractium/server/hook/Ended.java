package dev.refractium.server.hook;

import dev.refractium.api.Direction;
import dev.refractium.api.SessionEnd;
import java.time.Duration;
import java.util.Optional;

/** The end of a session. Times are nanoseconds since it began, negative where there is none. */
record Ended(String cause, long fromClient, long fromBackend, Times times) implements SessionEnd {
    record Times(long route, long connect, long firstByte, long end) {}

    @Override
    public long bytes(Direction direction) {
        return switch (direction) {
            case FROM_CLIENT -> fromClient;
            case FROM_BACKEND -> fromBackend;
        };
    }

    @Override
    public Duration toRoute() {
        return Duration.ofNanos(times.route());
    }

    @Override
    public Optional<Duration> toConnect() {
        return ifAny(times.connect());
    }

    @Override
    public Optional<Duration> toFirstByte() {
        return ifAny(times.firstByte());
    }

    @Override
    public Duration toEnd() {
        return Duration.ofNanos(times.end());
    }

    private static Optional<Duration> ifAny(long nanos) {
        return nanos < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
    }
}
