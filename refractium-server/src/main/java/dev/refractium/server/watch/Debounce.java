package dev.refractium.server.watch;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells when what is seen has stayed as it is for long enough. One thread. */
final class Debounce {
    private final long restNanos;
    private @Nullable FileStamps seen;
    private long since;
    private @Nullable FileStamps dealtWith;

    /** When each file was first seen to look as it does. */
    private Map<FileStamps.Mark, Long> firstSeen = Map.of();

    /** @param restNanos how long things must stay as they are, which two looks at least must find */
    Debounce(long restNanos) {
        this.restNanos = restNanos;
    }

    /** What a look amounts to. */
    enum State {
        /** As it was when it was last dealt with. */
        KNOWN,
        /** Something changes. */
        MOVING,
        /** Something has changed, and is at rest. */
        SETTLED
    }

    /** Takes a look into account. */
    State look(FileStamps now, long nanos) {
        if (!now.equals(seen)) {
            seen = now;
            since = nanos;
            Map<FileStamps.Mark, Long> times = new HashMap<>();
            now.marks().forEach(mark -> times.put(mark, firstSeen.getOrDefault(mark, nanos)));
            firstSeen = times;
        }
        if (now.equals(dealtWith)) {
            return State.KNOWN;
        }
        return nanos - since >= restNanos ? State.SETTLED : State.MOVING;
    }

    /** Returns whether this file has looked otherwise within the last {@code span}. */
    boolean isFresh(Path file, long span, long nanos) {
        return firstSeen.entrySet().stream()
                .anyMatch(seen -> seen.getKey().path().equals(file) && nanos - seen.getValue() < span);
    }

    /** What was seen last needs no more attention as long as it stays. */
    void dealtWith() {
        dealtWith = seen;
    }
}
