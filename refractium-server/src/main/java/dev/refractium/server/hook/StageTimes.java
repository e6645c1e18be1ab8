package dev.refractium.server.hook;

import dev.refractium.api.SessionStage;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How long a session was in each stage. Written on the session's loop until its end, and read by any thread after that. */
@SuppressWarnings("EnumOrdinal") // the index of an array that lives no longer than the session
final class StageTimes {
    private static final long NEVER = -1;

    private final long[] spent = new long[SessionStage.values().length];
    private @Nullable SessionStage current;
    private long since;

    /** Creates those of a session that has come as far as this, and is in no further stage. */
    StageTimes(SessionFacts.Times before) {
        Arrays.fill(spent, NEVER);
        passed(SessionStage.PROXY_HEADER, before.header());
        passed(SessionStage.PEEK, before.peek());
    }

    private void passed(SessionStage stage, long nanos) {
        if (nanos >= 0) {
            spent[stage.ordinal()] = nanos;
            current = stage;
        }
    }

    /** Leaves the current stage for another one at {@code now}. */
    void enter(SessionStage next, long now) {
        leave(now);
        current = next;
        since = now;
        spent[next.ordinal()] = Math.max(0, spent[next.ordinal()]);
    }

    /** Ends the times at {@code now}, after at least one {@link #enter}. */
    void end(long now) {
        leave(now);
    }

    /** Does nothing before the first {@link #enter}: the stages until then have their times. */
    private void leave(long now) {
        SessionStage left = current;
        if (left != null && left.compareTo(SessionStage.PEEK) > 0) {
            spent[left.ordinal()] += now - since;
        }
    }

    /** Returns the current stage, or the last one; empty if there was none. */
    Optional<SessionStage> last() {
        return Optional.ofNullable(current);
    }

    Optional<Duration> in(SessionStage stage) {
        long nanos = spent[stage.ordinal()];
        return nanos < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
    }
}
