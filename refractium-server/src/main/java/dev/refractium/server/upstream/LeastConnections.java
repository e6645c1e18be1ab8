package dev.refractium.server.upstream;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes the backend with the fewest sessions for its weight. Among equals it goes by turns. In a large pool it looks at
 * some members only, at others each time: the least loaded of 256 is hardly ever much busier than the least loaded of all.
 */
final class LeastConnections implements Balance {
    /** This many members are compared for one session. */
    static final int COMPARED = 256;

    private final WeightedTurns turns = new WeightedTurns();

    @Override
    public @Nullable Backend next(Members members, Predicate<Backend> left, long key) {
        int best = turns.next(members, left);
        if (best < 0) {
            return turns.late(members, left);
        }
        double least = members.load(best);
        int position = best;
        for (int i = Math.min(members.size(), COMPARED) - 1; i > 0 && least > 0; i--) {
            position = position + 1 == members.size() ? 0 : position + 1;
            double load = load(members, position);
            if (load < least && left.test(members.get(position))) {
                least = load;
                best = position;
            }
        }
        return members.get(best);
    }

    /** One that comes up again gets no session for being idle, but by its turns and by its growing share. */
    private static double load(Members members, int position) {
        double load = members.load(position);
        return load == 0 && !members.isFull(position) ? 1 / members.share(position) : load;
    }

    @Override
    public @Nullable Target target(List<Target> targets, int turn, Predicate<Target> left, long key) {
        Target best = null;
        for (int i = 0; i < targets.size(); i++) {
            Target target = targets.get(Math.floorMod(turn + i, targets.size()));
            if ((best == null || target.sessions() < best.sessions()) && left.test(target)) {
                best = target;
            }
        }
        return best;
    }
}
