package dev.refractium.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import org.apache.logging.log4j.core.config.NullConfiguration;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.jspecify.annotations.Nullable;

/** Sets log4j up as {@link Logging} promises. Public, since log4j creates it by its name. */
public final class StandardErrorLog extends ConfigurationFactory {
    private static final boolean JOURNAL = Journal.readsStandardError();

    /** Called by log4j. */
    public StandardErrorLog() {}

    @Override
    protected String[] getSupportedTypes() {
        return new String[] {"*"}; // Asks for no file of any type.
    }

    @Override
    public Configuration getConfiguration(LoggerContext context, ConfigurationSource source) {
        return new StandardError(context);
    }

    @Override
    public Configuration getConfiguration(LoggerContext context, String name, @Nullable URI location) {
        return new StandardError(context);
    }

    /** Returns the line of a warning that must not go through the log, since it is about the log. */
    static byte[] warning(Class<?> logger, String message) {
        LogEvent event = Log4jLogEvent.newBuilder()
                .setLoggerName(logger.getName())
                .setLevel(Level.WARN)
                .setMessage(new SimpleMessage(message))
                .build();
        return line(event, new LineLayout(new NullConfiguration(), Terminal.ofStandardError()));
    }

    private static byte[] line(LogEvent event, LineLayout layout) {
        String line = Logging.isJson() ? Json.LINES.of(event) : layout.toSerializable(event);
        return (JOURNAL ? Journal.prioritised(line, event.getLevel()) : line).getBytes(UTF_8);
    }

    /** Loaded only if JSON is asked for. */
    private static final class Json {
        static final JsonLines LINES = new JsonLines(new NullConfiguration());
    }

    private static final class StandardError extends AbstractConfiguration {
        StandardError(LoggerContext context) {
            super(context, ConfigurationSource.NULL_SOURCE);
        }

        @Override
        protected void doConfigure() {
            Appender appender = new Queued(new LineLayout(this, Terminal.ofStandardError()));
            appender.start();
            addAppender(appender);
            getRootLogger().setLevel(Level.WARN);
            getRootLogger().addAppender(appender, null, null);
            addLogger(Logging.OURS, new LoggerConfig(Logging.OURS, Level.INFO, true));
            addLogger(Logging.PLUGIN_LOADER, new LoggerConfig(Logging.PLUGIN_LOADER, Level.OFF, true));
        }
    }

    /** Puts each event, as a line, into the queue of standard error. The thread that logs makes the line. */
    private static final class Queued extends AbstractAppender {
        private final LineLayout layout;

        Queued(LineLayout layout) {
            super("stderr", null, layout, true, Property.EMPTY_ARRAY);
            this.layout = layout;
        }

        @Override
        public void append(LogEvent event) {
            StandardStreams.error().put(line(event, layout));
        }
    }
}
