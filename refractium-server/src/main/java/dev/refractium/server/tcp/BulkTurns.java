package dev.refractium.server.tcp;

import dev.refractium.server.net.Loop;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Lets the sessions of a loop that say little go before those that move bulk. Whoever moves bulk waits until the others
 * that are ready have been served; and while there are such others, it moves less at a time, and one after the other.
 * Loop thread only.
 */
final class BulkTurns {
    /** The most that bulk reads at a time while others exchange little: they wait some 50 us for it. */
    static final int SHARED_READ = 64 << 10;

    /** So long after somebody said little, the loop counts as shared; in milliseconds. */
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

    /** One direction's turn to move bulk. */
    interface Turn {
        void take();
    }

    /** Somebody said little just now. */
    void little(long now) {
        littleAt = now;
    }

    boolean isShared(long now) {
        return now - littleAt < SHARED_MS;
    }

    /** How much of {@code wanted} may be read at a time. */
    int limit(int wanted, long now) {
        return wanted > SHARED_READ && isShared(now) ? SHARED_READ : wanted;
    }

    /** Gives {@code turn} its turn when those that are ready have been served. It waits once until then. */
    void await(Turn turn) {
        waiting.add(turn);
        schedule();
    }

    /** To be called while somebody waits and the loop has come round. */
    void schedule() {
        if (!scheduled) {
            scheduled = true;
            loop.later(serve);
        }
    }

    private void serve() {
        scheduled = false;
        // With very many of them, one at a time would be more looking than moving.
        int count = isShared(loop.timers().now()) ? Math.max(1, waiting.size() / 8) : waiting.size();
        for (int i = 0; i < count; i++) {
            waiting.remove().take();
        }
    }
}
