package dev.refractium.server.upstream;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The targets that one session tries after its first has failed, each once: the usable targets of the same backend,
 * then those of the pool's other backends in the order of its {@link Balance}, then the unusable ones, since health may
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
}
