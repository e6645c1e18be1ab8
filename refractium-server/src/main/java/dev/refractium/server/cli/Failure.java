package dev.refractium.server.cli;

import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.config.Problem;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.Suggestion;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints on standard error why a command failed: a line for each problem; stack traces only with --debug. */
final class Failure {
    private static final Logger log = LoggerFactory.getLogger(Failure.class);
    private static final int LONGEST = 4096;

    /** What other programs call the command that serves. */
    private static final Set<String> SERVE_WORDS = Set.of("start", "run", "serve", "server");

    private Failure() {}

    /** Prints an invalid flag or argument. */
    static int misuse(ParameterException e, PrintWriter err) {
        CommandLine command = e.getCommandLine();
        err.println("refractium: " + Escape.text(String.valueOf(e.getMessage()), LONGEST) + suggestion(e));
        err.println("refractium: `" + command.getCommandSpec().qualifiedName() + " --help` lists commands and options");
        return ExitCode.USAGE;
    }

    /** Prints what a command threw. */
    static int report(Throwable e, PrintWriter err) {
        if (e instanceof ConfigException config) {
            for (Problem problem : config.problems()) {
                err.println(Escape.text(problem.toString(), LONGEST));
            }
            return ExitCode.USAGE;
        }
        boolean expected = e instanceof StartException || e instanceof OutputClosedException;
        String message = expected ? String.valueOf(e.getMessage()) : "unexpected: " + e;
        err.println("refractium: " + Escape.text(message, LONGEST));
        log.debug("the cause:", e);
        return ExitCode.COULD_NOT_RUN;
    }

    private static String suggestion(ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unmatched)) {
            return "";
        }
        String typed = unmatched.getUnmatched().get(0).split("=", 2)[0];
        if (SERVE_WORDS.contains(typed)) {
            return "; no command is needed to serve: write refractium -c FILE";
        }
        CommandSpec command = e.getCommandLine().getCommandSpec();
        List<String> known = new ArrayList<>(command.optionsMap().keySet());
        known.addAll(command.subcommands().keySet());
        return Suggestion.closest(typed, known)
                .map(close -> "; did you mean " + close + "?")
                .orElse("");
    }
}
