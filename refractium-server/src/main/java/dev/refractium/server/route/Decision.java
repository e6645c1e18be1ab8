package dev.refractium.server.route;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of a session, and why. Made when the routes are, so that deciding allocates nothing. Immutable.
 *
 * @param route where it goes; null: it is closed, or its datagram dropped
 */
public record Decision(Reason reason, @Nullable Route route) {
    /** Why a session goes where it goes. */
    public enum Reason {
        /** A route takes it. */
        ROUTED,
        /** No protocol took the bytes. */
        UNMATCHED,
        /** The protocol is known, and no route takes its attributes. */
        NO_ROUTE,
        /**
         * Routes ask for attributes that never became readable: the protocol is known, or was still undecided when the wait
         * ended.
         */
        INCOMPLETE,
        /** The client said nothing, and no route takes that. */
        SILENT,
        /** No backend of the route that took it can be reached. */
        UNREACHABLE
    }

    /** Whether it goes to the fallback, for want of a route that takes it. */
    public boolean isFallback() {
        return route != null && reason != Reason.ROUTED;
    }
}
