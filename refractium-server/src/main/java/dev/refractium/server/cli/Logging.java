package dev.refractium.server.cli;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * The log of the command line: one line an event, on standard error. Set up in code, so that
 * no start has to load an XML parser; whoever sets {@code log4j2.configurationFile} has log4j's way instead.
 */
final class Logging {
    /** The loggers whose level the flags set; what libraries have to say matters when it is a warning. */
    static final String OURS = "dev.refractium";

    /** Silent without --debug: it shows a plugin's fault by a stack trace where one line of ours tells the reason. */
    static final String PLUGIN_LOADER = "org.pf4j";

    private Logging() {}

    /** To be called before anything asks for a logger. By properties, so that log4j itself is loaded with the first one. */
    static void install() {
        if (System.getProperty("log4j2.configurationFile") == null
                && System.getProperty("log4j.configurationFile") == null) {
            System.setProperty("log4j2.configurationFactory", StandardErrorLog.class.getName());
            System.setProperty("log4j2.StatusLogger.level", "OFF");
        }
        // The last lines are written while the process ends.
        System.setProperty("log4j2.shutdownHookEnabled", "false");
    }

    /** Tells every session and the causes of failures from now on. */
    static void debug() {
        Configurator.setLevel(OURS, Level.DEBUG);
        Configurator.setLevel(PLUGIN_LOADER, Level.WARN);
    }

    /** Tells only what went wrong from now on. */
    static void quiet() {
        Configurator.setLevel(OURS, Level.WARN);
    }
}
