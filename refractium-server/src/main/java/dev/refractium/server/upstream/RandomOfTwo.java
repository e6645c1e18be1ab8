package dev.refractium.server.upstream;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Draws two backends, each as probably as its weight says, and takes the one with fewer sessions for its weight. Unlike
 * the least loaded of all, it is never what all servers that share the backends choose at the same moment.
 */
final class RandomOfTwo implements Balance {
    /** After this many draws without two that are left, one will do; without one, all are asked. */
    private static final int DRAWS = 16;

    @Override
    public @Nullable Backend next(Members members, Predicate<Backend> left, long key) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int first = -1;
        for (int i = 0; i < DRAWS; i++) {
            int drawn = members.at(random.nextInt());
            if (drawn != first && left.test(members.get(drawn)) && members.takesTurn(drawn)) {
                if (first >= 0) {
                    return members.get(members.load(drawn) < members.load(first) ? drawn : first);
                }
                first = drawn;
            }
        }
        return first >= 0 ? members.get(first) : members.nth(random.nextInt(), left);
    }

    @Override
    public @Nullable Target target(List<Target> targets, int turn, Predicate<Target> left, long key) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Target first = Turns.nth(targets, random.nextInt(), left);
        Target second = Turns.nth(targets, random.nextInt(), target -> target != first && left.test(target));
        return first != null && second != null && second.sessions() < first.sessions() ? second : first;
    }
}
