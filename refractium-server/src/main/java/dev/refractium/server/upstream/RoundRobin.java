package dev.refractium.server.upstream;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets backends take turns, each as many as its weight. Each call is a turn of its own, also after a failure: the
 * sessions that one backend failed are spread over all others instead of all going to its neighbour.
 */
final class RoundRobin implements Balance {
    private final WeightedTurns turns = new WeightedTurns();

    @Override
    public @Nullable Backend next(Members members, Predicate<Backend> left, long key) {
        int position = turns.next(members, left);
        return position < 0 ? turns.late(members, left) : members.get(position);
    }
}
