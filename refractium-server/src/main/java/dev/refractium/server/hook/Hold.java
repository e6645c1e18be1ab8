package dev.refractium.server.hook;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Keeps a session from being read while one tap is behind, for a bounded time. The loop holds the session before the
 * inbox is full, since bytes that have been read can only be delivered or lost.
 */
final class Hold {
    /** Up to this much may be read before a hold takes effect: the loop's whole buffer. */
    static final int LARGEST_READ = (1 << 20) + Inbox.CHUNK_COST;

    /** With less memory, one session's read would leave no room for another's. */
    static final long LEAST_MEMORY = 4 << 20;

    private final Inbox inbox;
    private final Brake brake;
    private final long maxMs;

    /** The loop begins and ends a hold; the hook's thread turns HELD into ENDING, once, and has the loop end it. */
    private final AtomicReference<State> state = new AtomicReference<>(State.FREE);

    /**
     * Set if a hold was not long enough: then there is no other until the tap has caught up. The loop sets it, the
     * hook's thread unsets it.
     */
    private volatile boolean givenUp;

    Hold(Inbox inbox, Brake brake, long maxMs) {
        this.inbox = inbox;
        this.brake = brake;
        this.maxMs = maxMs;
    }

    private enum State {
        FREE,
        HELD,
        ENDING
    }

    // The session's loop

    /** Records that a chunk was added, or found no room. */
    void check() {
        boolean wait = !givenUp && inbox.held() > 0 && inbox.room() < LARGEST_READ;
        if (wait && state.compareAndSet(State.FREE, State.HELD)) {
            brake.hold(maxMs);
            // The tap may have caught up before it could see the hold.
            roomMade();
        }
    }

    /** Ends the hold, since its time is up. */
    void giveUp() {
        if (state.getAndSet(State.FREE) != State.FREE) {
            givenUp = true;
            brake.release();
        }
    }

    /** Ends the hold with the session. */
    void forget() {
        state.set(State.FREE);
    }

    private void end() {
        if (state.compareAndSet(State.ENDING, State.FREE)) {
            brake.release();
        }
    }

    // The hook's thread

    /** Records that the tap has taken a chunk. */
    void roomMade() {
        if (givenUp && inbox.held() == 0) {
            givenUp = false;
        }
        if (state.get() == State.HELD && hasRoom()) {
            over();
        }
    }

    /** Ends the hold, since the tap is gone. */
    void over() {
        if (state.compareAndSet(State.HELD, State.ENDING)) {
            brake.execute(this::end);
        }
    }

    private boolean hasRoom() {
        return inbox.held() == 0 || inbox.room() >= 2L * LARGEST_READ;
    }
}
