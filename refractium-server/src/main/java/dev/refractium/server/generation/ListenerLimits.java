package dev.refractium.server.generation;

import dev.refractium.server.generation.SessionLimits.RelayLimits;
import dev.refractium.server.limit.ListenerGate;

/**
 * What one listener of a generation enforces on its sessions. Any thread.
 *
 * @param gate which clients it serves, and how many
 * @param relay the limits of sessions whose route has no times of its own
 */
public record ListenerLimits(ListenerGate gate, RelayLimits relay) {}
