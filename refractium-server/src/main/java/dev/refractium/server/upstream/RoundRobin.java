package dev.refractium.server.upstream;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets backends take turns, each as many as its weight. Each call is a turn of its own, also after a failure: the sessions that one backend failed
 * are spread over all others instead of all going to its neighbour.
 */
final class RoundRobin implements Balance {
    private final AtomicInteger turn = new AtomicInteger();

    @Override
    public @Nullable Backend next(List<Backend> members, Predicate<Backend> left) {
        return Turns.nth(members, turn.getAndIncrement(), left, Backend::weight);
    }
}
