package dev.refractium.server.net;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One loop's timers: a wheel of linked lists, so that setting, moving and clearing a timeout costs a few pointer writes
 * and no allocation, however many sessions there are. Timeouts expire up to two ticks late, and less than a millisecond
 * early. Loop thread only.
 *
 * <p>The loop is woken for ticks only while a timeout is set.
 */
public final class Timers {
    /** The resolution of timeouts, in milliseconds. */
    static final int TICK_MS = 25;

    private static final int SLOTS = 1024;

    private static final Logger log = LoggerFactory.getLogger(Timers.class);

    /** The slot of the timeouts that are expiring now. */
    private static final int DUE = SLOTS;

    private final @Nullable Timeout[] slots = new Timeout[SLOTS + 1];
    private final LongSupplier nanoClock;
    private final Scheduler scheduler;
    private long tick;
    private int count;
    private boolean ticking;

    Timers(LongSupplier nanoClock, Scheduler scheduler) {
        this.nanoClock = nanoClock;
        this.scheduler = scheduler;
    }

    /** An event that occurs unless it is cleared first. Belongs to its waiter; used with one {@link Timers} only. */
    public abstract static class Timeout {
        private @Nullable Timeout previous;
        private @Nullable Timeout next;
        private int slot = -1;
        private long due;

        /** Handles the expiry; the timeout is no longer set and may be set again. Loop thread. */
        protected abstract void expired();

        /**
         * Ends the waiter or sets the timeout again, after {@link #expired} has thrown and that was logged: nothing may
         * wait for ever because one attempt failed. Loop thread.
         */
        protected abstract void failed();
    }

    /** Runs a task on the loop after some milliseconds. */
    interface Scheduler {
        void after(Runnable task, long ms);
    }

    /** Returns the milliseconds of a monotonic clock; its zero is arbitrary. Any thread. */
    public long now() {
        return TimeUnit.NANOSECONDS.toMillis(nanoClock.getAsLong());
    }

    /** Sets {@code timeout} to {@code ms} from now, which replaces its earlier setting. */
    public void set(Timeout timeout, long ms) {
        clear(timeout);
        long now = now();
        if (count == 0) {
            tick = now / TICK_MS;
        }
        timeout.due = now + ms;
        long at = Math.max(tick + 1, (timeout.due + TICK_MS - 1) / TICK_MS);
        link(timeout, Math.floorMod(at, SLOTS));
        if (!ticking) {
            scheduleTurn();
        }
    }

    /** Clears {@code timeout}, whether or not it is set. */
    public void clear(Timeout timeout) {
        if (timeout.slot < 0) {
            return;
        }
        Timeout before = timeout.previous;
        Timeout after = timeout.next;
        if (before == null) {
            slots[timeout.slot] = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        timeout.previous = null;
        timeout.next = null;
        timeout.slot = -1;
        count--;
    }

    private void link(Timeout timeout, int slot) {
        Timeout head = slots[slot];
        timeout.slot = slot;
        timeout.next = head;
        if (head != null) {
            head.previous = timeout;
        }
        slots[slot] = timeout;
        count++;
    }

    private void turn() {
        long now = now();
        long last = now / TICK_MS;
        try {
            // After a long pause (a suspended machine, a debugger) one round visits every slot; more rounds would find
            // nothing new.
            for (long t = Math.max(tick + 1, last - SLOTS + 1); t <= last && count > 0; t++) {
                tick = t;
                visit(Math.floorMod(t, SLOTS), now);
            }
        } finally {
            tick = Math.max(tick, last);
            ticking = false;
            if (count > 0) {
                scheduleTurn();
            }
        }
    }

    /** Counts as ticking only once the turn is scheduled: if that throws, the next {@link #set} schedules it. */
    private void scheduleTurn() {
        scheduler.after(this::turn, TICK_MS);
        ticking = true;
    }

    /** Moves the due timeouts aside first: an expiry may set or clear any timeout. */
    private void visit(int slot, long now) {
        Timeout timeout = slots[slot];
        while (timeout != null) {
            Timeout after = timeout.next;
            if (timeout.due <= now) {
                clear(timeout);
                link(timeout, DUE);
            }
            timeout = after;
        }
        for (Timeout due = slots[DUE]; due != null; due = slots[DUE]) {
            clear(due);
            expire(due);
        }
    }

    /** A failure affects this timeout only; the others go on. */
    private static void expire(Timeout timeout) {
        try {
            timeout.expired();
        } catch (RuntimeException | Error e) {
            log.error("timeout failed", e);
            clearAfter(timeout);
        }
    }

    private static void clearAfter(Timeout timeout) {
        try {
            timeout.failed();
        } catch (RuntimeException | Error e) {
            log.error("clean-up after a failed timeout failed", e);
        }
    }
}
