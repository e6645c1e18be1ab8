package dev.refractium.server.tcp;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The bytes that the relays of one loop may hold for sinks that do not take them, all together. The first half is there
 * for whoever comes; in the second a read is small, so that a crowd that does not read leaves room for those who do.
 * When all but an eighth is held, a source is read only once its sink says that it has room: the kernel takes a small read
 * whole then, and nothing needs to be held. Where the kernel itself is short of memory it may take less, for which the
 * eighth is there. Loop thread only, but for {@link #held}.
 */
final class RelayMemory {
    /** The largest read while less than half is left: a session that keeps up is slower by it, but not stopped. */
    static final int SMALL_READ = 2 << 10;

    private final LongSupplier budget;

    /** Written by the loop, when a sink proves slow or has caught up; read by whoever asks for the server's status. */
    private final AtomicLong held = new AtomicLong();

    /** @param budget bytes that may be held just now */
    RelayMemory(LongSupplier budget) {
        this.budget = budget;
    }

    /**
     * How much may be read, all of which may have to be held.
     *
     * @return at most {@code wanted}; 0: nothing, unless the sink is known to have room for {@link #SMALL_READ}
     */
    int grant(int wanted) {
        long most = budget.getAsLong();
        long inFirstHalf = most / 2 - held.get();
        if (inFirstHalf >= SMALL_READ) {
            return (int) Math.min(wanted, inFirstHalf);
        }
        return held.get() + SMALL_READ <= most - most / 8 ? Math.min(wanted, SMALL_READ) : 0;
    }

    /** So many bytes are held from now on. */
    void take(int bytes) {
        held.addAndGet(bytes);
    }

    /** So many bytes are held no more. */
    void give(int bytes) {
        held.addAndGet(-bytes);
    }

    /** How many bytes are held. Any thread. */
    long held() {
        return held.get();
    }
}
