package dev.refractium.server.watch;

import org.jspecify.annotations.Nullable;

/** Tells when what is seen has stayed as it is for long enough. One thread. */
final class Settling {
    private final long restNanos;
    private @Nullable Sighting seen;
    private long since;
    private @Nullable Sighting dealtWith;

    /** @param restNanos how long things must stay as they are, which two looks at least must find */
    Settling(long restNanos) {
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
    State look(Sighting now, long nanos) {
        if (!now.equals(seen)) {
            seen = now;
            since = nanos;
        }
        if (now.equals(dealtWith)) {
            return State.KNOWN;
        }
        return nanos - since >= restNanos ? State.SETTLED : State.MOVING;
    }

    /** What was seen last needs no more attention as long as it stays. */
    void dealtWith() {
        dealtWith = seen;
    }
}
