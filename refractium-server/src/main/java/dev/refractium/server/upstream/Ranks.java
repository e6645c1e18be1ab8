package dev.refractium.server.upstream;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Targets of one source that differ in priority or weight, as records of services have them (RFC 2782). */
final class Ranks {
    private Ranks() {}

    /** Returns whether not all are equal. */
    static boolean differ(List<Target> targets) {
        return targets.stream()
                .anyMatch(target -> target.priority() != targets.get(0).priority()
                        || target.weight() != targets.get(0).weight());
    }

    /** Returns one of the lowest priority that is left, at random by weight; null if none is left. */
    static @Nullable Target next(List<Target> targets, List<Target> tried, boolean usable) {
        int priority = Integer.MAX_VALUE;
        long sum = 0;
        for (int i = 0; i < targets.size(); i++) {
            Target target = targets.get(i);
            if (target.priority() <= priority && target.isLeft(tried, usable)) {
                sum = target.priority() < priority ? target.weight() : sum + target.weight();
                priority = target.priority();
            }
        }
        long skip = sum == 0 ? 0 : ThreadLocalRandom.current().nextLong(sum);
        Target found = null;
        for (int i = 0; i < targets.size() && skip >= 0; i++) {
            Target target = targets.get(i);
            // Its health may have changed since it was counted: then the one before it is taken.
            if (target.priority() == priority && target.isLeft(tried, usable)) {
                found = target;
                skip -= target.weight();
            }
        }
        return found;
    }
}
