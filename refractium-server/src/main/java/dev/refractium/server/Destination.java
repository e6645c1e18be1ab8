package dev.refractium.server;

import java.util.Optional;

/**
 * Where a session goes.
 *
 * @param to empty: it is closed, or its datagram dropped
 * @param reason a few words for an operator
 * @param at how many bytes it took to decide
 */
public record Destination(Optional<RouteInfo> to, String reason, int at) {}
