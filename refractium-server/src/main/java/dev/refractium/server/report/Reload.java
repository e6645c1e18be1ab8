package dev.refractium.server.report;

import java.time.Instant;
import java.util.List;

/**
 * What became of a reload.
 *
 * @param at when it ended
 * @param outcome what came of it
 * @param generation the one that serves after it
 * @param problems why it was refused, one line each as `refractium check` prints them; empty otherwise
 */
public record Reload(Instant at, Outcome outcome, long generation, List<String> problems) {
    /** What can come of a reload. */
    public enum Outcome {
        /** A new generation serves. */
        APPLIED,
        /** Something is wrong with it, and what served before serves on. */
        REFUSED
    }

    public Reload {
        problems = List.copyOf(problems);
    }
}
