package dev.refractium.server.it.support;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** The lines that this process logs while this is open, each as "LEVEL message". Any thread. */
public final class CapturedLog implements AutoCloseable {
    private static final String LOGGERS = "dev.refractium";

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
    private final AbstractAppender appender =
            new AbstractAppender("captured-" + System.identityHashCode(this), null, null, true, Property.EMPTY_ARRAY) {
                @Override
                public void append(LogEvent event) {
                    lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
                }
            };

    /** From the level INFO on; nothing of it goes anywhere else meanwhile. */
    public CapturedLog() {
        appender.start();
        LoggerConfig ours = new LoggerConfig(LOGGERS, Level.INFO, false);
        ours.addAppender(appender, null, null);
        context.getConfiguration().addLogger(LOGGERS, ours);
        context.updateLoggers();
    }

    /** The lines so far that contain {@code text}. */
    public List<String> lines(String text) {
        return lines.stream().filter(line -> line.contains(text)).toList();
    }

    @Override
    public void close() {
        context.getConfiguration().removeLogger(LOGGERS);
        context.updateLoggers();
        appender.stop();
    }
}
