package dev.refractium.server.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.AbstractConfiguration;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationFactory;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
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
            Appender appender = new OneWrite(new LineLayout(this, Terminal.ofStandardError()));
            appender.start();
            addAppender(appender);
            getRootLogger().setLevel(Level.WARN);
            getRootLogger().addAppender(appender, null, null);
            addLogger(Logging.OURS, new LoggerConfig(Logging.OURS, Level.INFO, true));
            addLogger(Logging.PLUGIN_LOADER, new LoggerConfig(Logging.PLUGIN_LOADER, Level.OFF, true));
        }
    }

    /** An event is one write. Log4j's own appender does as much, after 50 ms of looking at its own annotations. */
    private static final class OneWrite extends AbstractAppender {
        private final OutputStream stream = new FileOutputStream(FileDescriptor.err);

        OneWrite(LineLayout layout) {
            super("stderr", null, layout, true, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            try {
                stream.write(getLayout().toByteArray(event));
            } catch (IOException e) {
                error("standard error takes no more", event, e);
            }
        }
    }
}
