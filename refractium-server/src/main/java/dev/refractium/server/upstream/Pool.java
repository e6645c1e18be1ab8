package dev.refractium.server.upstream;

import java.util.Collection;
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

    /**
     * The backend to try next for a session: the usable ones in turn, then the others, since health may be wrong.
     *
     * @param tried those that this session has tried
     * @return null when all have been tried
     */
    public @Nullable Backend next(Collection<Backend> tried) {
        int start = turn.getAndIncrement();
        Backend usable = nth(start, true, tried);
        return usable != null ? usable : nth(start, false, tried);
    }

    /** Counts over those that qualify, so that the share of one that is down is spread over all others. */
    private @Nullable Backend nth(int start, boolean usable, Collection<Backend> tried) {
        int qualified = 0;
        for (Backend backend : backends) {
            qualified += qualifies(backend, usable, tried) ? 1 : 0;
        }
        if (qualified == 0) {
            return null;
        }
        int skip = Math.floorMod(start, qualified);
        Backend found = null;
        for (Backend backend : backends) {
            if (qualifies(backend, usable, tried)) {
                found = backend;
                if (skip-- == 0) {
                    break;
                }
            }
        }
        return found;
    }

    private static boolean qualifies(Backend backend, boolean usable, Collection<Backend> tried) {
        return (!usable || backend.isUsable()) && !tried.contains(backend);
    }
}
