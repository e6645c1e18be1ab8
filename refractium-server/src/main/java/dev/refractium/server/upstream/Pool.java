package dev.refractium.server.upstream;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The backends of one route and the order that they are tried in: round robin over the usable ones. Any thread. */
public final class Pool {
    private final List<Backend> backends;
    private final AtomicInteger turn;

    /** @param backends not empty */
    public Pool(List<Backend> backends) {
        this(backends, new AtomicInteger());
    }

    private Pool(List<Backend> backends, AtomicInteger turn) {
        this.backends = List.copyOf(backends);
        this.turn = turn;
    }

    /** A pool of these backends that goes on where this one stands. */
    public Pool with(List<Backend> others) {
        return new Pool(others, turn);
    }

    /** All backends, unmodifiable. */
    public List<Backend> backends() {
        return backends;
    }

    /** Returns whether some backend has an address that is not known to be down. */
    public boolean isLive() {
        return backends.stream().anyMatch(backend -> !backend.isUnresolved() && backend.health() != Health.DOWN);
    }

    /** Returns whether a target other than {@code one} is known to be well, so that an answer might be expected of it too. */
    public boolean isAnsweredElsewhere(Target one) {
        for (Backend backend : backends) {
            for (Target target : backend.targets()) {
                if (target != one && target.health() == Health.UP) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns the target that a new session tries first, or null if no backend has an address. */
    public @Nullable Target first() {
        return next(List.of());
    }

    /** Returns what a session tries after {@code first}; made only then, since most sessions need no second attempt. */
    public FailoverOrder after(Target first) {
        return new FailoverOrder(this, first);
    }

    /** @param tried what the session has tried, in that order */
    @Nullable
    Target next(List<Target> tried) {
        Target usable = next(tried, true);
        return usable != null ? usable : next(tried, false);
    }

    private @Nullable Target next(List<Target> tried, boolean usable) {
        if (!tried.isEmpty()) {
            Target sibling = tried.get(tried.size() - 1).backend().next(tried, usable);
            if (sibling != null) {
                return sibling;
            }
        }
        Backend next = backends.size() == 1
                ? backends.get(0)
                : Turns.nth(backends, turn.getAndIncrement(), backend -> backend.has(tried, usable));
        return next == null ? null : next.next(tried, usable);
    }
}
