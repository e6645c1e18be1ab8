package dev.refractium.server.watch;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides when files have been unchanged for long enough. One thread. */
final class Debounce {
    private final long restNanos;
    private @Nullable FileStamps seen;
    private long since;
    private @Nullable FileStamps dealtWith;

    /** When each file was first seen in its current state. */
    private Map<FileStamps.Mark, Long> firstSeen = Map.of();

    /** @param restNanos how long files must stay unchanged; at least two looks must confirm it */
    Debounce(long restNanos) {
        this.restNanos = restNanos;
    }

    /** The result of a look. */
    enum State {
        /** Unchanged since it was last dealt with. */
        KNOWN,
        /** Still changing. */
        MOVING,
        /** Changed, and at rest. */
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

    /** Returns whether this file has changed within the last {@code span}. */
    boolean isFresh(Path file, long span, long nanos) {
        return firstSeen.entrySet().stream()
                .anyMatch(seen -> seen.getKey().path().equals(file) && nanos - seen.getValue() < span);
    }

    /** Marks the latest state as dealt with, until it changes. */
    void dealtWith() {
        dealtWith = seen;
    }
}
