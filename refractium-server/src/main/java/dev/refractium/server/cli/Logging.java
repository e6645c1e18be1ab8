package dev.refractium.server.cli;

import java.net.URI;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.AbstractConfiguration;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationFactory;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.jspecify.annotations.Nullable;

/**
 * The log of the command line: one line an event, on standard error. Set up in code, since reading a file would cost each
 * start more than all the rest of the command line. Whoever sets {@code log4j2.configurationFile} has log4j's way
 * instead.
 */
final class Logging {
    private static final String OURS = "dev.refractium";

    private Logging() {}

    /** To be called before anything asks for a logger. */
    static void install(Terminal terminal) {
        if (System.getProperty("log4j2.configurationFile") != null
                || System.getProperty("log4j.configurationFile") != null) {
            return;
        }
        System.setProperty("log4j2.StatusLogger.level", "OFF");
        // The last lines are written while the process ends.
        System.setProperty("log4j2.shutdownHookEnabled", "false");
        ConfigurationFactory.setConfigurationFactory(new Factory(terminal));
    }

    /** Tells every session from now on. */
    static void debug() {
        Configurator.setLevel(OURS, Level.DEBUG);
    }

    /** Tells only what went wrong from now on. */
    static void quiet() {
        Configurator.setLevel(OURS, Level.WARN);
    }

    private static final class Factory extends ConfigurationFactory {
        private final Terminal terminal;

        Factory(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        protected String[] getSupportedTypes() {
            return new String[0];
        }

        @Override
        public Configuration getConfiguration(LoggerContext context, ConfigurationSource source) {
            return new StandardError(context, terminal);
        }

        @Override
        public Configuration getConfiguration(LoggerContext context, String name, @Nullable URI location) {
            return new StandardError(context, terminal);
        }
    }

    private static final class StandardError extends AbstractConfiguration {
        private final Terminal terminal;

        StandardError(LoggerContext context, Terminal terminal) {
            super(context, ConfigurationSource.NULL_SOURCE);
            this.terminal = terminal;
        }

        @Override
        protected void doConfigure() {
            ConsoleAppender appender = ConsoleAppender.newBuilder()
                    .setName("stderr")
                    .setTarget(ConsoleAppender.Target.SYSTEM_ERR)
                    .setLayout(new LineLayout(this, terminal))
                    .setConfiguration(this)
                    .build();
            appender.start();
            addAppender(appender);
            // What libraries have to say matters when it is a warning.
            getRootLogger().setLevel(Level.WARN);
            getRootLogger().addAppender(appender, null, null);
            addLogger(OURS, new LoggerConfig(OURS, Level.INFO, true));
        }
    }
}
