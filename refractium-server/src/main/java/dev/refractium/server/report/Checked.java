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
 * @param mapLines the line of each map that the asked name goes by; empty if none was asked for
 */
public record Checked(boolean valid, List<Problem> problems, Optional<Plan> plan, List<MapLine> mapLines) {
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

    /**
     * A line of a map that a name goes by.
     *
     * @param route the name of the route that goes by the map
     * @param line as {@code sites.map:17}; empty: there is none, so that the route does not take the name
     * @param backends where the name goes
     */
    public record MapLine(
            String listener, String transport, String route, Optional<String> line, List<String> backends) {
        public MapLine {
            backends = List.copyOf(backends);
        }
    }

    public Checked {
        problems = List.copyOf(problems);
        mapLines = List.copyOf(mapLines);
    }

    /** Returns the result for a valid configuration. */
    public static Checked valid(Plan plan, List<MapLine> mapLines) {
        return new Checked(true, List.of(), Optional.of(plan), mapLines);
    }

    /** Returns the result for a configuration that has these problems. */
    public static Checked invalid(List<Problem> problems) {
        return new Checked(false, problems, Optional.empty(), List.of());
    }
}
