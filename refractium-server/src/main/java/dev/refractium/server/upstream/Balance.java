package dev.refractium.server.upstream;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The order in which the backends of a pool are tried: an ordered iteration, of which a session takes the first
 * backend, and the next after each failure. The pool judges health and remembers what was tried; a policy only orders.
 * Any thread.
 *
 * <p>An object belongs to one route. A reload passes it to the next generation, with all its state.
 */
interface Balance {
    /**
     * Returns the next backend of the iteration, or null at its end. The iteration has no object of its own, since
     * almost every session takes its first backend only: {@code left} is its position.
     *
     * @param members the members of the pool, in the order of the configuration
     * @param left returns whether a member is still to come; the answer may change between two calls, with the member's
     *     health
     */
    @Nullable
    Backend next(List<Backend> members, Predicate<Backend> left);
}
