package dev.refractium.server.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used, with all its problems. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public ConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** Returns all problems, in the order of the file; not empty. */
    public List<Problem> problems() {
        return problems;
    }
}
