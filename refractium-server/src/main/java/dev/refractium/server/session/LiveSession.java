package dev.refractium.server.session;

import dev.refractium.server.hook.Refusals;
import dev.refractium.server.hook.SessionFacts;
import dev.refractium.server.identify.Inquiry;
import org.jspecify.annotations.Nullable;

/** A session as {@link Sessions#end} sees it: the known facts, and what its end undoes. Loop thread only. */
public interface LiveSession extends Session {
    /** Returns when it began, by {@link System#nanoTime}. */
    long began();

    /** Returns how far it has come before it had a route. */
    default SessionFacts.Times times() {
        return SessionFacts.Times.arrived(began());
    }

    /** Returns how it was recognised; null if that has been logged before. */
    @Nullable
    Inquiry known();

    /** Returns the hooks that ask for sessions without a route. */
    Refusals refusals();

    /** Notifies the hooks of its route, if it has any, that it ends. */
    void closeHooks(EndReason why);

    /** Gives back the places that it has taken. */
    void release();
}
