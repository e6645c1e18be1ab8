package dev.refractium.server.generation;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The generation that new sessions begin with, and the older ones that still have sessions. Uses no lock, so that event
 * loops may take leases and give them back; {@link #publish} and {@link #forget} on one thread at a time.
 */
public final class Generations {
    private final Consumer<Generation> retired;

    /** The oldest first. */
    private final List<Generation> live = new CopyOnWriteArrayList<>();

    /** Written by {@link #publish}, read by every new session. */
    private volatile Generation current;

    /**
     * @param retired called once for each generation that is over, on the thread that gave the last lease back; mostly
     *     an event loop, which must not be blocked
     */
    public Generations(Generation first, Consumer<Generation> retired) {
        this.current = first;
        this.retired = retired;
        live.add(first);
    }

    /** Returns the generation that a session would begin with now; not leased. */
    public Generation current() {
        return current;
    }

    /** Returns the current generation, leased to the caller until it calls {@link #release}. */
    public Generation lease() {
        while (true) {
            // If it was replaced and its last lease given back between these two steps, there is a newer one.
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

    /** Makes {@code next} the generation that new sessions begin with. */
    public void publish(Generation next) {
        Generation before = current;
        live.add(next);
        current = next;
        if (before.replaced()) {
            retired.accept(before);
        }
    }

    /** Returns all generations that are not forgotten, the oldest first. */
    public List<Generation> live() {
        return List.copyOf(live);
    }

    /** Forgets a generation that is over. */
    public void forget(Generation retired) {
        live.remove(retired);
    }
}
