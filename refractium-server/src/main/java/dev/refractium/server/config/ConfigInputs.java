package dev.refractium.server.config;

import java.util.List;
import java.util.Optional;

/**
 * What goes into a configuration beside its main file.
 *
 * @param includes the files that it includes, in its order
 * @param variables the variables of the environment, where they are used
 * @param token of the page, once its file has been read
 */
public record ConfigInputs(List<Include> includes, List<Variables.Use> variables, Optional<AdminToken> token) {
    /** Nothing but the main file. */
    public static final ConfigInputs NONE = new ConfigInputs(List.of(), List.of());

    /** Creates inputs without a token. */
    ConfigInputs(List<Include> includes, List<Variables.Use> variables) {
        this(includes, variables, Optional.empty());
    }

    public ConfigInputs {
        includes = List.copyOf(includes);
        variables = List.copyOf(variables);
    }
}
