package dev.refractium.server.tcp;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The bytes that the relays of one loop may hold for sinks that do not take them, all together. The first half is there
 * for whoever comes; in the second a read is small, so that a crowd that does not read leaves room for those who do.
 * Loop thread only.
 */
final class RelayMemory {
    /** The largest read while less than half is left: a session that keeps up is slower by it, but not stopped. */
    static final int SMALL_READ = 2 << 10;

    private final LongSupplier budget;

    /** The longest waiting first. */
    private final Set<Relay> waiting = new LinkedHashSet<>();

    private long held;

    /** @param budget bytes that may be held just now */
    RelayMemory(LongSupplier budget) {
        this.budget = budget;
    }

    /**
     * How much may be read, all of which may have to be held.
     *
     * @return at most {@code wanted}; 0: nothing until {@link #give} has made room
     */
    int grant(int wanted) {
        long most = budget.getAsLong();
        if (held <= most / 2) {
            return (int) Math.min(wanted, most - held);
        }
        return held + SMALL_READ <= most ? Math.min(wanted, SMALL_READ) : 0;
    }

    /** So many bytes are held from now on. */
    void take(int bytes) {
        held += bytes;
    }

    /** So many bytes are held no more; relays that wait for room may go on. */
    void give(int bytes) {
        held -= bytes;
        if (!waiting.isEmpty() && grant(1) > 0) {
            List<Relay> fed = List.copyOf(waiting);
            waiting.clear();
            fed.forEach(Relay::resume);
        }
    }

    /** {@code relay} reads nothing until it is resumed. */
    void await(Relay relay) {
        waiting.add(relay);
    }

    /** {@code relay} has ended. */
    void forget(Relay relay) {
        waiting.remove(relay);
    }

    /** How many bytes are held. */
    long held() {
        return held;
    }
}
