package dev.refractium.server.upstream;

import java.util.List;

/**
 * How many targets sessions may mark: never the last usable one of a pool, and never more than half of a pool. Any
 * thread.
 */
final class MarkLimit {
    /** Held while a target is judged and marked: two at a time could be one too many. Marks are rare. */
    static final Object LOCK = new Object();

    private MarkLimit() {}

    /** Returns whether each of these pools, which all have {@code target}, can do without it. Call with the lock held. */
    static boolean allows(Target target, List<Pool> pools) {
        for (Pool pool : pools) {
            if (!canSpare(pool, target)) {
                return false;
            }
        }
        return true;
    }

    private static boolean canSpare(Pool pool, Target target) {
        int all = 0;
        int marked = 1;
        boolean hasOther = false;
        for (Backend backend : pool.backends()) {
            for (Target each : backend.targets()) {
                all++;
                if (each != target) {
                    marked += each.isMarked() ? 1 : 0;
                    hasOther |= each.isUsable();
                }
            }
        }
        return hasOther && marked * 2 <= all;
    }
}
