package dev.refractium.server.explain;

import dev.refractium.server.report.Plan;
import java.util.Optional;

/**
 * The destination of a session.
 *
 * @param to empty: the session is closed, or its datagram dropped
 * @param reason a few words for an operator
 * @param at how many bytes it took to decide
 * @param mapLine the line of a map that names the destination, as {@code sites.map:17}; empty if no map has decided
 */
public record Explanation(Optional<Plan.Route> to, String reason, int at, Optional<String> mapLine) {
    /** Creates an explanation without a map. */
    Explanation(Optional<Plan.Route> to, String reason, int at) {
        this(to, reason, at, Optional.empty());
    }
}
