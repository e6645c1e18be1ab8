package dev.refractium.server.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The targets that one session tries after its first has failed, each once: the usable targets of the same backend,
 * then those of the pool's other backends in the order of its {@link Balance}, then the unusable ones, since health may
 * be wrong. One session, one thread.
 */
public final class FailoverOrder {
    private final Pool pool;
    private final List<Target> tried = new ArrayList<>(2);

    FailoverOrder(Pool pool, Target first) {
        this.pool = pool;
        tried.add(first);
    }

    /** Returns the target to try next, or null when all have been tried. */
    public @Nullable Target next() {
        Target next = pool.next(tried);
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
