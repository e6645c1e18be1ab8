package dev.refractium.server.upstream;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The order in which the backends of a pool are tried: an ordered iteration, of which a session takes the first backend,
 * and the next after each failure. The pool judges health and remembers what was tried; a policy only orders. Any thread.
 *
 * <p>An object belongs to one route. A reload hands it on to the next generation, with all that it remembers.
 */
interface Balance {
    /**
     * Returns the next backend of the iteration, or null at its end. An iteration has no object, since almost every
     * session takes its first backend only: it is where the session stands, in {@code left}.
     *
     * @param members of the pool, in the order of the configuration
     * @param left which of them the iteration has still to come to; may change between two calls, with their health
     */
    @Nullable
    Backend next(List<Backend> members, Predicate<Backend> left);
}
