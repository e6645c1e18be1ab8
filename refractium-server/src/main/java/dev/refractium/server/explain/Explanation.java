package dev.refractium.server.explain;

import dev.refractium.server.report.Plan;
import java.util.Optional;

/**
 * The destination of a session.
 *
 * @param to empty: the session is closed, or its datagram dropped
 * @param reason a few words for an operator
 * @param at how many bytes it took to decide
 */
public record Explanation(Optional<Plan.Route> to, String reason, int at) {}
