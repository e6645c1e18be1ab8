package dev.refractium.server.config;

import java.util.List;

/**
 * What goes into a configuration beside its main file.
 *
 * @param includes the files that it includes, in its order
 * @param variables the variables of the environment, where they are used
 */
public record ConfigInputs(List<Include> includes, List<Variables.Use> variables) {
    /** Nothing but the main file. */
    public static final ConfigInputs NONE = new ConfigInputs(List.of(), List.of());

    public ConfigInputs {
        includes = List.copyOf(includes);
        variables = List.copyOf(variables);
    }
}
