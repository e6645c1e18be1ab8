package dev.refractium.server.tcp;

import dev.refractium.server.net.Loop;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Serves the sessions of a loop that exchange little before those that move bulk. Bulk waits until the other ready sessions
 * have been served; while there are any, it moves less at a time, one session after the other. Loop thread only.
 */
final class BulkTurns {
    /** The most bytes that bulk reads at a time while others exchange little: they wait some 50 us for it. */
    static final int SHARED_READ = 64 << 10;

    /** How long the loop counts as shared after a session exchanged little, in milliseconds. */
    private static final long SHARED_MS = 20;

    private final Loop loop;
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private final Runnable serve = this::serve;
    private boolean scheduled;
    private long littleAt;

    BulkTurns(Loop loop) {
        this.loop = loop;
        this.littleAt = loop.timers().now() - SHARED_MS;
    }

    /** One direction of a session, which waits for its turn to move bulk. */
    interface Turn {
        void take();
    }

    /** Notes that a session exchanged little now. */
    void little(long now) {
        littleAt = now;
    }

    boolean isShared(long now) {
        return now - littleAt < SHARED_MS;
    }

    /** Returns how many of {@code wanted} bytes may be read at a time. */
    int limit(int wanted, long now) {
        return wanted > SHARED_READ && isShared(now) ? SHARED_READ : wanted;
    }

    /** Gives {@code turn} its turn once the ready sessions have been served. A turn is queued once until then. */
    void await(Turn turn) {
        waiting.add(turn);
        schedule();
    }

    /** Schedules the waiting turns; called when a waiting turn is reported ready again. */
    void schedule() {
        if (!scheduled) {
            scheduled = true;
            loop.later(serve);
        }
    }

    private void serve() {
        scheduled = false;
        // With very many turns, one at a time would cost more polling than moving.
        int count = isShared(loop.timers().now()) ? Math.max(1, waiting.size() / 8) : waiting.size();
        for (int i = 0; i < count; i++) {
            waiting.remove().take();
        }
    }
}
