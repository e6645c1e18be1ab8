package dev.refractium.plugins.mirror;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that may wait for the other backend, shared fairly: a session may hold as much as is left for all others
 * together, and never more than its own limit. One alone gets half of the memory, and a newcomer finds room. Any thread.
 */
final class Memory {
    private final long size;
    private final long mostEach;
    private final AtomicLong used = new AtomicLong();

    Memory(long size, long mostEach) {
        this.size = size;
        this.mostEach = mostEach;
    }

    /** Takes {@code bytes} for a session that holds {@code held}; returns false where that is more than its share. */
    boolean take(long bytes, long held) {
        if (held + bytes > mostEach) {
            return false;
        }
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

    long used() {
        return used.get();
    }
}
