package dev.refractium.server.generation;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The generation that new sessions begin with, and the older ones that still have some. Without a lock, so that event
 * loops may take and give leases; {@link #publish} and {@link #forget} on one thread at a time.
 */
public final class Generations {
    private final Consumer<Generation> retired;

    /** The oldest first. */
    private final List<Generation> live = new CopyOnWriteArrayList<>();

    /** Written by {@link #publish}, read by every new session. */
    private volatile Generation current;

    /**
     * @param retired is told once of each generation that is over, by the thread that gave the last lease back: an event
     *     loop, mostly, which must not be kept
     */
    public Generations(Generation first, Consumer<Generation> retired) {
        this.current = first;
        this.retired = retired;
        live.add(first);
    }

    /** The one that a session would begin with just now; not leased. */
    public Generation current() {
        return current;
    }

    /** The current one, leased to the caller until it calls {@link #release}. */
    public Generation lease() {
        while (true) {
            // One that is replaced and left by all between these two steps is over; then there is a newer one.
            Generation now = current;
            if (now.lease()) {
                return now;
            }
        }
    }

    /** Gives a lease back. */
    public void release(Generation leased) {
        if (leased.release()) {
            retired.accept(leased);
        }
    }

    /** Makes {@code next} the one that sessions begin with from now on. */
    public void publish(Generation next) {
        Generation before = current;
        live.add(next);
        current = next;
        if (before.replaced()) {
            retired.accept(before);
        }
    }

    /** All that are not forgotten, the oldest first. */
    public List<Generation> live() {
        return List.copyOf(live);
    }

    /** Drops one that is over. */
    public void forget(Generation retired) {
        live.remove(retired);
    }
}
