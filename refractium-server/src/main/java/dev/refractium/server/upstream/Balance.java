package dev.refractium.server.upstream;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The order in which the backends of a pool are tried: an ordered iteration, of which a session takes the first
 * backend, and the next after each failure. The pool judges health and remembers what was tried; a policy only orders.
 * Any thread.
 *
 * <p>An object belongs to one pool. A reload passes it to the next generation, with all its state.
 */
interface Balance {
    /**
     * Returns the next backend of the iteration, or null at its end. The iteration has no object of its own, since
     * almost every session takes its first backend only: {@code left} is its position.
     *
     * @param left returns whether a member is still to come; the answer may change between two calls, with the member's
     *     health
     * @param key of the session, if the policy {@link Policy#isByKey goes by it}
     */
    @Nullable
    Backend next(Members members, Predicate<Backend> left, long key);

    /**
     * Returns the next target of a backend that has several, or null if none is left. They take turns, unless the policy
     * has another order.
     *
     * @param turn the backend's
     * @param left as in {@link #next}
     * @param key as in {@link #next}
     */
    default @Nullable Target target(List<Target> targets, int turn, Predicate<Target> left, long key) {
        return Turns.nth(targets, turn, left);
    }
}
