package dev.refractium.server.cli;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.jspecify.annotations.Nullable;

/**
 * The log of the command line: one line per event, on standard error. Set up in code, so that no start has to load an
 * XML parser; {@code log4j2.configurationFile} selects log4j's own way instead.
 */
final class Logging {
    /** The loggers whose level the flags set; of libraries, only warnings matter. */
    static final String OURS = "dev.refractium";

    /**
     * Silent without --debug: this logger prints a stack trace for a plugin's fault, and the server's own line already
     * has the reason.
     */
    static final String PLUGIN_LOADER = "org.pf4j";

    private static volatile boolean json;

    private Logging() {}

    /** Call this before any logger is created. Uses properties, so that log4j itself is loaded with the first one. */
    static void install() {
        if (System.getProperty("log4j2.configurationFile") == null
                && System.getProperty("log4j.configurationFile") == null) {
            System.setProperty("log4j2.configurationFactory", StandardErrorLog.class.getName());
            System.setProperty("log4j2.StatusLogger.level", "OFF");
        }
        // The last lines are written while the process ends.
        System.setProperty("log4j2.shutdownHookEnabled", "false");
    }

    /** Logs this level and above from now on; at {@link Level#DEBUG}, every session and the causes of failures. */
    static void level(Level level) {
        Configurator.setLevel(OURS, level);
        if (level.isLessSpecificThan(Level.DEBUG)) {
            Configurator.setLevel(PLUGIN_LOADER, Level.WARN);
        }
    }

    /** The same for one logger and those below it, whatever the level of the others. */
    static void level(String logger, Level level) {
        Configurator.setLevel(logger, level);
    }

    /** Returns the logger of a part of the server, which is one of its packages; null if there is none of this name. */
    static @Nullable String part(String name) {
        String logger = OURS + ".server." + name;
        try {
            Class.forName(logger + ".package-info");
            return logger;
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }

    /** Sets whether each line is a JSON object from now on. */
    static void json(boolean wanted) {
        json = wanted;
    }

    /** Returns whether each line is a JSON object. */
    static boolean isJson() {
        return json;
    }

    /** Logs only failures from now on. */
    static void quiet() {
        Configurator.setLevel(OURS, Level.WARN);
    }
}
