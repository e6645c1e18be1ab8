package dev.refractium.server.hook;

import dev.refractium.api.Direction;
import dev.refractium.api.Party;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.SessionStage;
import java.time.Duration;
import java.util.Optional;

/** The end of a session. Times are nanoseconds since it began, negative where there is none. */
record Ended(String cause, Party endedBy, int attempts, long fromClient, long fromBackend, Times times)
        implements SessionEnd {
    /** @param stages not written any more */
    record Times(long route, long connect, long firstByte, long end, StageTimes stages) {}

    /** Returns the end of a session that was refused {@code age} nanoseconds after it began. */
    static Ended refused(String cause, Party endedBy, long age, StageTimes stages) {
        return new Ended(cause, endedBy, 0, 0, 0, new Times(age, -1, -1, age, stages));
    }

    @Override
    public Optional<SessionStage> stage() {
        return times.stages().last();
    }

    @Override
    public Optional<Duration> in(SessionStage stage) {
        return times.stages().in(stage);
    }

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
