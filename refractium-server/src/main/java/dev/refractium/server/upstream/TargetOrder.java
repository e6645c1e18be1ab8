package dev.refractium.server.upstream;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The order in which sessions try the targets of one source: by rank, or else by turns and families. Any thread. */
final class TargetOrder {
    private final AtomicInteger turn = new AtomicInteger();

    /** The family of the address that a session reached last; null before the first. */
    private volatile @Nullable Class<?> family;

    /** Whether the targets differ in priority or weight. Written by the resolver. */
    private volatile boolean ranked;

    /** Sets whether these targets go by their rank. */
    void rank(List<Target> targets) {
        ranked = Ranks.differ(targets);
    }

    /** Records that a session reached {@code target}: the next sessions begin with its family. */
    void reached(Target target) {
        Class<?> reached = family(target);
        if (family != reached) {
            family = reached;
        }
    }

    /**
     * Returns the target that is next by the pool's policy, or null if none is left. Where the policy does not go by keys,
     * the first of a session is preferably of the family that worked last; each later one is of the other family than the
     * one before (RFC 8305, 4).
     *
     * @param now the targets of the source
     * @param tried what the session has tried, of any source
     * @param key the session's; {@link HashKey#NONE} if the policy does not go by keys
     */
    @Nullable
    Target next(List<Target> now, List<Target> tried, boolean usable, Balance balance, long key) {
        if (now.size() <= 1) {
            return now.isEmpty() || !now.get(0).isLeft(tried, usable) ? null : now.get(0);
        }
        if (ranked) {
            return Ranks.next(now, tried, usable);
        }
        Target before = last(now.get(0).source(), tried);
        Class<?> preferred = key == HashKey.NONE ? family : null;
        Class<?> avoided = before == null ? otherThan(preferred) : family(before);
        // One turn per session, or those that are tried after others would take the turns of the next session's first.
        int start = before == null ? turn.getAndIncrement() : turn.get();
        Target next =
                balance.target(now, start, target -> target.isLeft(tried, usable) && family(target) != avoided, key);
        return next != null || avoided == null
                ? next
                : balance.target(now, start, target -> target.isLeft(tried, usable), key);
    }

    private static @Nullable Target last(Source source, List<Target> tried) {
        for (int i = tried.size() - 1; i >= 0; i--) {
            if (tried.get(i).source() == source) {
                return tried.get(i);
            }
        }
        return null;
    }

    private static Class<?> family(Target target) {
        return target.internet().getAddress().getClass();
    }

    private static @Nullable Class<?> otherThan(@Nullable Class<?> family) {
        if (family == null) {
            return null;
        }
        return family == Inet6Address.class ? Inet4Address.class : Inet6Address.class;
    }
}
