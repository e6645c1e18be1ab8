package dev.refractium.server.report;

import java.time.Instant;
import java.util.List;

/**
 * The result of a reload.
 *
 * @param at when it ended
 * @param outcome whether it was applied
 * @param generation the one that serves after it
 * @param problems why it was refused, one line each as `refractium check` prints them; empty otherwise
 */
public record Reload(Instant at, Outcome outcome, long generation, List<String> problems) {
    /** The possible outcomes of a reload. */
    public enum Outcome {
        /** A new generation serves. */
        APPLIED,
        /** The configuration or a plugin has a problem, and the previous generation continues to serve. */
        REFUSED
    }

    public Reload {
        problems = List.copyOf(problems);
    }
}
