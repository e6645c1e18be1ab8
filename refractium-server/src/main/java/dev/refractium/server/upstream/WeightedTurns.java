package dev.refractium.server.upstream;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The turn that a pool stands at. Any thread. */
final class WeightedTurns {
    /** This many turns of members that are not left are passed before all members are asked. */
    private static final int PASSED = 16;

    private final AtomicInteger turn = new AtomicInteger();

    /**
     * Returns the position of the member whose turn it is, or -1 after {@value #PASSED} turns of members that are not
     * left: then {@link #late} decides. A turn that is passed is gone: the next one is another member's, so that the share of those that are not left is
     * spread over all others.
     */
    int next(Members members, Predicate<Backend> left) {
        for (int i = 0; i < PASSED; i++) {
            int position = members.at(turn.getAndIncrement());
            if (left.test(members.get(position)) && members.takesTurn(position)) {
                return position;
            }
        }
        return -1;
    }

    /** Returns the member whose turn it is among those that are left, or null if none is. */
    @Nullable
    Backend late(Members members, Predicate<Backend> left) {
        return members.nth(turn.getAndIncrement(), left);
    }
}
