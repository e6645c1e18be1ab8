package dev.refractium.server.hook;

import dev.refractium.api.Direction;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The events that wait for one tap, between the session's loop, which adds them, and one thread of the hook at a time,
 * which delivers them. Opening and closing need no room in it, so they are never lost.
 */
final class Mailbox implements Runnable {
    /** Up to this many events per turn: one session of bulk must not keep the hook from the others. */
    private static final int EVENTS_A_TURN = 64;

    private final LiveHook hook;
    private final Session session;

    /** Null if the hook wants no bytes. */
    private final @Nullable Inbox inbox;

    /** Null if the hook accepts lost bytes rather than holding the session. */
    private final @Nullable Hold hold;

    /**
     * Whether a thread of the hook is on its way or here; set by the caller that adds an event, unset by that thread.
     */
    private final AtomicBoolean called = new AtomicBoolean();

    /** Written by the loop, after the last event. */
    private volatile @Nullable SessionEnd end;

    /**
     * Whether the tap was closed, threw, or never existed: written by the hook's thread and read by the loop as well.
     */
    private volatile boolean gone;

    /** Used by the hook's threads, one at a time; {@code called} publishes both fields to the next. */
    private @Nullable Tap tap;

    private boolean opened;

    Mailbox(LiveHook hook, Session session, @Nullable Brake brake) {
        Traits traits = hook.traits();
        this.hook = hook;
        this.session = session;
        this.inbox = traits.bytes().isEmpty() ? null : new Inbox(hook.budget());
        this.hold =
                inbox != null && brake != null && traits.holds() ? new Hold(inbox, brake, traits.maxHoldMs()) : null;
    }

    // The session's loop

    /** Requests a thread of the hook. */
    void call() {
        if (called.compareAndSet(false, true) && !hook.run(this)) {
            leave();
        }
    }

    /** Returns the inbox for bytes of this direction; null if the hook does not want them. */
    @Nullable
    Inbox inboxFor(Direction direction, long offset) {
        return !gone && hook.traits().wants(direction, offset) && !hook.isEjected() ? inbox : null;
    }

    void put(Inbox to, CopiedChunk copy) {
        to.put(copy);
        call();
        checkHold();
    }

    void lose(Inbox from, Direction direction, int length) {
        from.lose(direction, length);
        hook.counters().lost(length);
        checkHold();
    }

    void holdOver() {
        if (hold != null) {
            hold.giveUp();
        }
    }

    void close(SessionEnd how) {
        if (hold != null) {
            hold.forget();
        }
        if (inbox != null) {
            inbox.putGaps();
        }
        end = how;
        call();
    }

    private void checkHold() {
        if (hold != null && !gone) {
            hold.check();
        }
    }

    // A thread of the hook

    @Override
    public void run() {
        if (!opened) {
            opened = true;
            open();
        }
        boolean more = true;
        for (int i = 0; i < EVENTS_A_TURN && more; i++) {
            more = deliverNext();
        }
        called.set(false);
        if (hasMore()) {
            call();
        }
    }

    private void open() {
        boolean asked = hook.attempt(() -> tap = hook.hook().open(session));
        hook.heardOf();
        if (asked && tap != null) {
            hook.counters().opened.increment();
        } else {
            leave();
        }
    }

    /** Returns whether there may be more. */
    private boolean deliverNext() {
        // Read before the inbox: then everything that the loop added before the end is in it.
        SessionEnd last = end;
        Inbox.Event event = inbox == null ? null : inbox.next();
        if (event instanceof CopiedChunk copy) {
            deliver(copy);
        } else if (event instanceof Inbox.Gap gap) {
            tell(told -> told.lost(gap.direction(), gap.bytes()));
        } else if (last != null) {
            finish(last);
        }
        return event != null;
    }

    private void deliver(CopiedChunk copy) {
        if (tell(told -> told.data(copy))) {
            hook.counters().delivered(copy.length());
        } else if (tap != null) {
            hook.counters().lost(copy.length());
        }
        if (inbox != null) {
            inbox.giveBack(copy);
        }
        if (hold != null) {
            hold.roomMade();
        }
    }

    private void finish(SessionEnd last) {
        if (tell(told -> told.closed(last))) {
            hook.counters().endedWell();
        }
        leave();
    }

    /** Returns whether the tap still exists and did not throw. */
    private boolean tell(Telling telling) {
        Tap told = tap;
        if (gone || told == null) {
            return false;
        }
        boolean heard = hook.attempt(() -> telling.tell(told));
        if (!heard) {
            leave();
        }
        return heard;
    }

    private boolean hasMore() {
        return (inbox != null && !inbox.isEmpty()) || (end != null && !gone);
    }

    /** Ends delivery; whatever arrives from now on is released. */
    private synchronized void leave() {
        if (gone) {
            return;
        }
        gone = true;
        hook.left();
        if (hold != null) {
            hold.over();
        }
    }

    private interface Telling {
        void tell(Tap tap);
    }
}
