package dev.refractium.server.upstream;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of a pool that wait for a place at one of its servers, in the order in which they came. The thread that
 * frees a place gives it to the first of them, and notifies that one only. A reload hands the queue on to the next
 * generation's pool. Any thread.
 */
public final class WaitQueue {
    private static final Logger log = LoggerFactory.getLogger(WaitQueue.class);

    /** The first comes first. Guarded by the monitor, as are the next two. */
    private final Set<Waiter> waiting = new LinkedHashSet<>();

    /** The sources whose places it is offered. */
    private final Set<Source> watched = new HashSet<>();

    /** The pool whose sources were added last. */
    private @Nullable Pool known;

    /** Written under the monitor. */
    private volatile int size;

    /** A session that waits. */
    public interface Waiter {
        /**
         * Takes a place if it can. On any thread, which holds the lock of the queue.
         *
         * @return whether it waits no longer: it has a place, or nothing to wait for
         */
        boolean isOver();

        /** Returns whether it would not take every place, so that those behind it may be served before it. */
        boolean isSelective();

        /** Returns the pool whose places it waits for. */
        Pool pool();

        /** Notifies it that it has left the queue since {@link #isOver}. Any thread; does not block. */
        void served();
    }

    /**
     * Adds a session at the end, and serves it if it can be.
     *
     * @param most how many may wait
     * @return false if {@code most} sessions wait already
     */
    public synchronized boolean add(Waiter waiter, int most) {
        if (waiting.size() >= most) {
            return false;
        }
        waiting.add(waiter);
        size = waiting.size();
        // First the queue is known to the sources, then it looks: a place that is freed meanwhile is not missed.
        watch(waiter.pool());
        serve(false);
        return true;
    }

    /** Removes a session; returns false if it has been served. */
    public synchronized boolean remove(Waiter waiter) {
        boolean removed = waiting.remove(waiter);
        if (removed) {
            left();
        }
        return removed;
    }

    /** Returns whether no session waits. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** Returns how many sessions wait. */
    public int size() {
        return size;
    }

    /**
     * Looks for places again if this is the first session: those of a server that is up again, or whose name has another
     * address, are offered by nobody.
     */
    public synchronized void look(Waiter waiter) {
        if (waiting.iterator().hasNext() && waiting.iterator().next() == waiter) {
            serve(false);
        }
    }

    /** Looks for places for all sessions, since the configuration has changed. */
    public void reloaded() {
        if (!isEmpty()) {
            synchronized (this) {
                serve(true);
            }
        }
    }

    synchronized void placeFreed() {
        serve(false);
    }

    /** @param all whether to go on behind one that cannot be served */
    private void serve(boolean all) {
        boolean goesOn = true;
        for (Iterator<Waiter> each = waiting.iterator(); goesOn && each.hasNext(); ) {
            Waiter waiter = each.next();
            if (waiter.isOver()) {
                each.remove();
                size = waiting.size();
                served(waiter);
            } else {
                watch(waiter.pool());
                goesOn = all || waiter.isSelective();
            }
        }
        left();
    }

    private static void served(Waiter waiter) {
        try {
            waiter.served();
        } catch (RuntimeException e) {
            // Its loop has ended, and so does the server.
            log.debug("a session that waited is gone", e);
        }
    }

    private void watch(Pool pool) {
        if (pool != known) {
            known = pool;
            for (Source source : pool.sources()) {
                if (watched.add(source)) {
                    source.places().add(this);
                }
            }
        }
    }

    private void left() {
        size = waiting.size();
        if (waiting.isEmpty()) {
            watched.forEach(source -> source.places().remove(this));
            watched.clear();
            known = null;
        }
    }
}
