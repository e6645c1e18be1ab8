package dev.refractium.server.cli;

import java.net.URI;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.AbstractConfiguration;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationFactory;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.jspecify.annotations.Nullable;

/** Tells log4j, which makes one by its name and so needs it public, what {@link Logging} promises. */
public final class StandardErrorLog extends ConfigurationFactory {
    /** Called by log4j. */
    public StandardErrorLog() {}

    @Override
    protected String[] getSupportedTypes() {
        return new String[] {"*"}; // no file of any type is asked for
    }

    @Override
    public Configuration getConfiguration(LoggerContext context, ConfigurationSource source) {
        return new StandardError(context);
    }

    @Override
    public Configuration getConfiguration(LoggerContext context, String name, @Nullable URI location) {
        return new StandardError(context);
    }

    private static final class StandardError extends AbstractConfiguration {
        StandardError(LoggerContext context) {
            super(context, ConfigurationSource.NULL_SOURCE);
        }

        @Override
        protected void doConfigure() {
            ConsoleAppender appender = ConsoleAppender.newBuilder()
                    .setName("stderr")
                    .setTarget(ConsoleAppender.Target.SYSTEM_ERR)
                    .setLayout(new LineLayout(this, Terminal.ofStandardError()))
                    .setConfiguration(this)
                    .build();
            appender.start();
            addAppender(appender);
            getRootLogger().setLevel(Level.WARN);
            getRootLogger().addAppender(appender, null, null);
            addLogger(Logging.OURS, new LoggerConfig(Logging.OURS, Level.INFO, true));
            addLogger(Logging.PLUGIN_LOADER, new LoggerConfig(Logging.PLUGIN_LOADER, Level.OFF, true));
        }
    }
}
