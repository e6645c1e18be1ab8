package dev.refractium.server.report;

import java.util.List;
import java.util.Optional;

/**
 * What a check of a configuration found: its problems, or else its plan. {@code refractium check --json} prints it, with
 * the names of the components in snake case; docs/operations.md describes it.
 *
 * @param valid whether there are no problems
 * @param problems all that were found, in the order of the file; empty if the configuration is valid
 * @param plan empty unless the configuration is valid
 */
public record Checked(boolean valid, List<Problem> problems, Optional<Plan> plan) {
    /**
     * A reason why a configuration cannot be used.
     *
     * @param place {@code file:line:column}, or else a file, a flag or "builder"; empty if the configuration could not
     *     be looked at
     * @param file the file of the place, if the problem is in one
     * @param line from 1; empty if the problem is not in a line of a file
     * @param column from 1; empty if the problem is not in a line of a file
     * @param key the key that is wrong; empty if the place is
     * @param message what is wrong, what was found, what to do
     */
    public record Problem(
            Optional<String> place,
            Optional<String> file,
            Optional<Integer> line,
            Optional<Integer> column,
            Optional<String> key,
            String message) {
        /** Returns the reason why a configuration could not be looked at. */
        public static Problem nowhere(String message) {
            return new Problem(
                    Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), message);
        }
    }

    public Checked {
        problems = List.copyOf(problems);
    }

    /** Returns the result for a valid configuration. */
    public static Checked valid(Plan plan) {
        return new Checked(true, List.of(), Optional.of(plan));
    }

    /** Returns the result for a configuration that has these problems. */
    public static Checked invalid(List<Problem> problems) {
        return new Checked(false, problems, Optional.empty());
    }
}
