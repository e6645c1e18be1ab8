package dev.refractium.server.route;

import dev.refractium.api.Identification;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a session goes, and why. Made when the routes are, so that deciding allocates nothing. Immutable.
 *
 * @param route the route; null: the session is closed, or its datagram dropped
 * @param map the map whose line names the route; null if it is not of a map
 */
public record Decision(
        Reason reason, @Nullable Route route, @Nullable NameMap map) {
    Decision(Reason reason, @Nullable Route route) {
        this(reason, route, null);
    }

    /** The reason of a decision. */
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
        /** The client sent nothing, and no route takes silent clients. */
        SILENT,
        /** No backend of the session's route can be reached. */
        UNREACHABLE
    }

    /** Returns the line of a map that names the route, for a session with this answer; empty if no map has decided. */
    public Optional<String> mapLine(Identification answer) {
        return map == null ? Optional.empty() : map.line(answer.values(map.key()));
    }

    /** Returns whether the session goes to the fallback because no route takes it. */
    public boolean isFallback() {
        return route != null && reason != Reason.ROUTED;
    }
}
