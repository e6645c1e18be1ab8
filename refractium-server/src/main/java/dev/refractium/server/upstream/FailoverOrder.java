package dev.refractium.server.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The targets that one session tries after its first, each once: the usable targets of the same backend, IPv4 and IPv6 in
 * turn, which may be raced; after their failure those of the pool's other backends in the order of its {@link Balance}, then the unusable ones, since health may
 * be wrong. One session, one thread.
 */
public final class FailoverOrder {
    private final Pool pool;
    private final long key;
    private final List<Target> tried = new ArrayList<>(2);

    FailoverOrder(Pool pool, Target first, long key) {
        this.pool = pool;
        this.key = key;
        tried.add(first);
    }

    /** Returns the target to try next, or null when all have been tried. */
    public @Nullable Target next() {
        Target next = pool.next(tried, key);
        if (next != null) {
            tried.add(next);
        }
        return next;
    }

    /**
     * Returns a target of the same source as the one before, to be raced with it; null when all of them have been tried.
     *
     * @param usable whether only usable ones are wanted
     */
    public @Nullable Target sibling(boolean usable) {
        Target next = pool.sibling(tried, usable, key);
        if (next != null) {
            tried.add(next);
        }
        return next;
    }

    /** Takes back the target that {@link #next} has returned, since it was not tried: its last place was taken meanwhile. */
    public void missed() {
        tried.remove(tried.size() - 1);
    }

    /** Returns whether a target is left that has only no place. */
    public boolean isFull(Predicate<Target> reachable) {
        return pool.isFull(tried, reachable);
    }
}
