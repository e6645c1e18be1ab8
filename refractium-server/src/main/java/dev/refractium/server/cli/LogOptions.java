package dev.refractium.server.cli;

import java.util.List;
import org.apache.logging.log4j.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The flags of the log. Each is in force as soon as it is read, so that what goes wrong after it is logged by it. */
final class LogOptions {
    private static final List<Level> LEVELS = List.of(Level.ERROR, Level.WARN, Level.INFO, Level.DEBUG);

    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    private boolean levelIsSet;

    @Option(
            names = "--debug",
            description = "Log every session, and the causes of failures: the same as --log-level debug.")
    void debug(boolean on) {
        if (on) {
            all(Level.DEBUG);
        }
    }

    @Option(
            names = "--log-level",
            paramLabel = "[PART=]LEVEL",
            description =
                    "Log this level and above: error, warn, info or debug. With a part, such as tcp, udp, health or"
                            + " reload, or the name of a logger: of that part. Repeat it for more parts.")
    void levels(List<String> said) {
        for (String one : said) {
            int equals = one.indexOf('=');
            Level level = parsed(one.substring(equals + 1));
            if (equals < 0) {
                all(level);
            } else {
                one(one.substring(0, equals), level);
            }
        }
    }

    @Option(names = "--log-format", paramLabel = "FORMAT", description = "text, or json: an object on each line.")
    void format(String format) {
        switch (format) {
            case "text" -> Logging.json(false);
            case "json" -> Logging.json(true);
            default -> throw misuse("--log-format is \"" + format + "\"; write text or json");
        }
    }

    /** Returns whether a flag sets the level of the server's log as a whole. */
    boolean levelIsSet() {
        return levelIsSet;
    }

    private void all(Level level) {
        levelIsSet = true;
        Logging.level(level);
    }

    private void one(String part, Level level) {
        String logger = part.indexOf('.') < 0 ? Logging.part(part) : part;
        if (logger == null || logger.isEmpty()) {
            throw misuse(
                    "--log-level: the server has no part \"" + part
                            + "\"; name one of its packages, such as tcp, udp, health or reload, or a logger by its whole name");
        }
        Logging.level(logger, level);
    }

    private Level parsed(String text) {
        @Nullable Level level = Level.toLevel(text, null);
        if (level == null || !LEVELS.contains(level)) {
            throw misuse("--log-level: \"" + text + "\" is no level; write error, warn, info or debug");
        }
        return level;
    }

    private ParameterException misuse(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
