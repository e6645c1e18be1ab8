package dev.refractium.server.report;

import java.time.Instant;
import java.util.Optional;

/**
 * How a reload went.
 *
 * @param at when it was over
 * @param generation the new one's number; 0 if there is none
 * @param error why nothing was changed; empty if something was
 */
public record ReloadInfo(Instant at, long generation, Optional<String> error) {}
