package dev.refractium.server.config;

import dev.refractium.server.text.Hiding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The variables of the environment that a configuration names in its strings, as <code>${env:NAME}</code>. Replaces
 * them, remembers which were used, and hides their values in problems. One reading of a configuration, one thread.
 */
public final class Variables {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{(?<body>[^}]*)(?<end>\\}?)");
    private static final Pattern BODY =
            Pattern.compile("env:(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<initial>.*))?", Pattern.DOTALL);
    private static final String FORM =
            "; write ${env:NAME} or ${env:NAME:-default}, and $${ where the text itself has ${";

    /** A shorter value is hidden at its own place only: elsewhere it may be a word of the message. */
    private static final int SHORTEST_ANYWHERE = 4;

    private final Map<String, String> environment;
    private final Set<Use> used = new LinkedHashSet<>();

    /** Name to value, of the variables that were set and used. */
    private final Map<String, String> values = new LinkedHashMap<>();

    /** @param environment name to value */
    public Variables(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * A variable where it is used.
     *
     * @param where {@code file:line:column} of the string, or of its key
     * @param set whether the environment has it; otherwise its default was taken
     */
    public record Use(String name, String where, boolean set) {}

    /** Returns the variables that were used, in the order of the files. */
    List<Use> used() {
        return List.copyOf(used);
    }

    /**
     * Returns the text with its variables replaced; what came from the environment is not looked at again.
     *
     * @param place where the text was written
     * @param problem is given what is wrong
     * @return empty if something is wrong
     */
    Optional<String> replace(String text, String place, Consumer<String> problem) {
        if (!text.contains("${")) {
            return Optional.of(text);
        }
        StringBuilder replaced = new StringBuilder();
        boolean whole = true;
        Matcher reference = REFERENCE.matcher(text);
        while (reference.find()) {
            String literal = "${";
            if (reference.group("body") != null) {
                Optional<String> value = value(reference, place, problem);
                whole &= value.isPresent();
                literal = value.orElse("");
            }
            reference.appendReplacement(replaced, Matcher.quoteReplacement(literal));
        }
        reference.appendTail(replaced);
        return whole ? Optional.of(replaced.toString()) : Optional.empty();
    }

    /** Returns the problem without the values of the environment that its message would quote. */
    Problem hidden(Problem problem) {
        if (values.isEmpty()) {
            return problem;
        }
        String message = problem.message();
        for (Use use : used) {
            if (use.set() && use.where().equals(problem.where())) {
                message = Hiding.everyWord(message, value(use.name()), reference(use.name()));
            }
        }
        for (Map.Entry<String, String> variable : values.entrySet()) {
            if (variable.getValue().length() >= SHORTEST_ANYWHERE) {
                message = Hiding.whole(message, variable.getValue(), reference(variable.getKey()));
            }
        }
        return new Problem(problem.where(), problem.key(), message);
    }

    /** Returns the problems without such values. */
    public List<Problem> hidden(List<Problem> problems) {
        List<Problem> hidden = new ArrayList<>();
        problems.forEach(problem -> hidden.add(hidden(problem)));
        return hidden;
    }

    private Optional<String> value(Matcher reference, String place, Consumer<String> problem) {
        Matcher body = BODY.matcher(reference.group("body"));
        if (reference.group("end").isEmpty()) {
            problem.accept("has ${ without a closing }" + FORM);
            return Optional.empty();
        }
        if (!body.matches()) {
            problem.accept("has ${...} that names no variable of the environment" + FORM);
            return Optional.empty();
        }
        String name = body.group("name");
        String initial = body.group("initial");
        String value = environment.get(name);
        boolean set = value != null && !(value.isEmpty() && initial != null);
        if (!set && initial == null) {
            problem.accept(
                    "the environment has no variable " + name + "; set it, or write ${env:" + name + ":-default}");
            return Optional.empty();
        }
        used.add(new Use(name, place, set));
        if (set) {
            values.put(name, value(name));
        }
        return Optional.of(set ? value(name) : initial);
    }

    private String value(String name) {
        return environment.getOrDefault(name, "");
    }

    private static String reference(String name) {
        return "${env:" + name + "}";
    }
}
