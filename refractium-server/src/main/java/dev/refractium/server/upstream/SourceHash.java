package dev.refractium.server.upstream;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes the backend that the session's key decides, by weighted rendezvous: each backend draws a number from its identity
 * and the key, and the highest wins ("Weighted Distributed Hash Tables", Schindelhauer and Schomaker, 2005). All servers
 * with the same backends choose alike. A backend that is gone moves its own sessions and no others.
 */
final class SourceHash implements Balance {
    /** No backend is passed over for its load. */
    static final double UNBOUNDED = Double.POSITIVE_INFINITY;

    /**
     * How far above its fair share a backend may be loaded ("Consistent Hashing with Bounded Loads", Mirrokni, Thorup and
     * Zadimoghaddam, 2016).
     */
    static final double BOUND = 1.25;

    private final double bound;

    /** @param bound how many times its share of all sessions a backend may have before others take its place */
    SourceHash(double bound) {
        this.bound = bound;
    }

    @Override
    public @Nullable Backend next(Members members, Predicate<Backend> left, long key) {
        int highest = highest(members, left, key, UNBOUNDED);
        if (highest >= 0 && bound != UNBOUNDED && !isWithinAll(members, highest)) {
            int within = highest(members, left, key, bound * perShare(members, left));
            // None may be within the bound where other sessions have begun meanwhile.
            highest = within < 0 ? highest : within;
        }
        return highest < 0 ? null : members.get(highest);
    }

    /** Returns whether a member is within the bound even if all members were left, which is known without their health. */
    private boolean isWithinAll(Members members, int position) {
        return members.sessions(position) == 0 || hasRoom(members, position, bound * members.sessionsPerShare());
    }

    /**
     * Returns the position of the member with the highest number of those that have room, or -1.
     *
     * @param most how many sessions a member may have for each unit of its share
     */
    private static int highest(Members members, Predicate<Backend> left, long key, double most) {
        int best = -1;
        double highest = 0;
        long least = 0;
        for (int i = 0; i < members.size(); i++) {
            long bits = HashKey.draw(key, members.key(i));
            if (bits < least) {
                continue; // Too little even for the greatest share: so are most, which spares more than this costs.
            }
            double drawn = HashKey.unit(bits);
            double share = members.share(i);
            // The logarithm of a number is never above the number less one, which spares most logarithms.
            if (share > highest * (1 - drawn)) {
                // Not Math.log, whose last digits may differ between machines.
                double number = share / -StrictMath.log(drawn);
                if (number > highest && left.test(members.get(i)) && hasRoom(members, i, most)) {
                    highest = number;
                    least = HashKey.leastDraw(1 - members.greatestShare() / highest);
                    best = i;
                }
            }
        }
        return best;
    }

    private static boolean hasRoom(Members members, int position, double perShare) {
        return perShare == UNBOUNDED || members.sessions(position) < Math.ceil(perShare * members.share(position));
    }

    /** Returns how many sessions there are for each unit of share, with the one to come. */
    private static double perShare(Members members, Predicate<Backend> left) {
        long sessions = 1;
        double shares = 0;
        for (int i = 0; i < members.size(); i++) {
            if (left.test(members.get(i))) {
                sessions += members.sessions(i);
                shares += members.share(i);
            }
        }
        return sessions / shares;
    }

    @Override
    public @Nullable Target target(List<Target> targets, int turn, Predicate<Target> left, long key) {
        Target best = null;
        double most = 0;
        for (int i = 0; i < targets.size(); i++) {
            double drawn = HashKey.unit(key, targets.get(i).key());
            if (drawn > most && left.test(targets.get(i))) {
                most = drawn;
                best = targets.get(i);
            }
        }
        return best;
    }
}
