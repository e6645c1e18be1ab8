package dev.refractium.server.hook;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory of one hook, shared fairly: a session may hold as much as is left for all others together. A single
 * session gets half of it, and a new session always finds room. Any thread.
 */
final class Budget {
    private final long size;

    /** Added to by event loops, by compare-and-set so that the bound holds; taken from by the hook's threads. */
    private final AtomicLong used = new AtomicLong();

    Budget(long size) {
        this.size = size;
    }

    /**
     * Takes {@code bytes} for a session that holds {@code held}; takes nothing and returns false if that is more than
     * its share.
     */
    boolean take(long bytes, long held) {
        long before;
        do {
            before = used.get();
            if (held + bytes > size - before) {
                return false;
            }
        } while (!used.compareAndSet(before, before + bytes));
        return true;
    }

    void give(long bytes) {
        used.addAndGet(-bytes);
    }

    /** Returns how much more a session that holds {@code held} could take now; zero or less if nothing. */
    long room(long held) {
        return size - used.get() - held;
    }

    long used() {
        return used.get();
    }
}
