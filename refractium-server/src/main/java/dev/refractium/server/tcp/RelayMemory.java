package dev.refractium.server.tcp;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The budget of bytes that all relays of one loop may hold for sinks that do not take them. The first half is granted
 * freely; in the second half reads are small, so that many clients that do not read leave room for those that do. Once all
 * but an eighth is held, a source is read only after its sink has reported room: the kernel then takes a small read whole,
 * and nothing needs to be held. A kernel that is short of memory may take less, for which the eighth is reserved. Readers
 * that found no memory left are queued, and read in order when memory is returned. Loop thread only, except {@link #held}.
 */
final class RelayMemory {
    /** The largest read while less than half is left: it slows a session that keeps up, but does not stop it. */
    static final int SMALL_READ = 2 << 10;

    /** At most this many waiters read per turn of the loop, so that other sessions get theirs. */
    static final int WAITERS_PER_TURN = 64;

    private final LongSupplier budget;
    private final Consumer<Runnable> later;
    private final Runnable serve = this::serve;

    /** Written by the loop when a sink is slow or has caught up; read by the server's status. */
    private final AtomicLong held = new AtomicLong();

    /** The queue of waiters, linked through themselves so that queueing allocates nothing. */
    private @Nullable Waiter first;

    private @Nullable Waiter last;
    private int waiting;
    private boolean scheduled;

    /**
     * @param budget bytes that may be held now
     * @param later runs a task once the loop has handled its ready events
     */
    RelayMemory(LongSupplier budget, Consumer<Runnable> later) {
        this.budget = budget;
        this.later = later;
    }

    /** A reader that waits for memory, in the queue of one {@link RelayMemory} at most. */
    abstract static class Waiter {
        private @Nullable Waiter previous;
        private @Nullable Waiter next;
        private boolean queued;

        /** Handles that memory was returned; the waiter has left the queue and may enter it anew. */
        abstract void memoryReturned();
    }

    /**
     * Returns how many bytes may be read, all of which may have to be held.
     *
     * @return at most {@code wanted}; 0 for none, unless the sink is known to have room for {@link #SMALL_READ}
     */
    int grant(int wanted) {
        long most = budget.getAsLong();
        long inFirstHalf = most / 2 - held.get();
        if (inFirstHalf >= SMALL_READ) {
            return (int) Math.min(wanted, inFirstHalf);
        }
        return held.get() + SMALL_READ <= most - most / 8 ? Math.min(wanted, SMALL_READ) : 0;
    }

    /** Takes {@code bytes} of the budget. */
    void take(int bytes) {
        held.addAndGet(bytes);
    }

    /** Returns {@code bytes} to the budget. */
    void give(int bytes) {
        held.addAndGet(-bytes);
        schedule();
    }

    /** Queues {@code waiter}, which was granted nothing. */
    void await(Waiter waiter) {
        if (waiter.queued) {
            return;
        }
        waiter.queued = true;
        waiter.previous = last;
        if (last == null) {
            first = waiter;
        } else {
            last.next = waiter;
        }
        last = waiter;
        waiting++;
    }

    /** Removes {@code waiter} from the queue, if it is there. */
    void forget(Waiter waiter) {
        if (!waiter.queued) {
            return;
        }
        Waiter before = waiter.previous;
        Waiter after = waiter.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        waiter.previous = null;
        waiter.next = null;
        waiter.queued = false;
        waiting--;
    }

    /** Returns how many bytes are held. Any thread. */
    long held() {
        return held.get();
    }

    private void schedule() {
        if (first != null && !scheduled && grant(1) > 0) {
            scheduled = true;
            later.accept(serve);
        }
    }

    private void serve() {
        scheduled = false;
        int turns = Math.min(waiting, WAITERS_PER_TURN);
        for (int i = 0; i < turns && first != null && grant(1) > 0; i++) {
            Waiter next = first;
            forget(next);
            next.memoryReturned();
        }
        schedule();
    }
}
