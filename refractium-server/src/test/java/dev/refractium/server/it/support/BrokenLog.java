package dev.refractium.server.it.support;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Marker;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.filter.AbstractFilter;

/** A log that throws an error for each line, as one that lacks a descriptor for its first. */
public final class BrokenLog implements AutoCloseable {
    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
    private final AtomicInteger lines = new AtomicInteger();
    private final Throwing filter = new Throwing();

    /** Breaks the log of this process until this is closed. */
    public BrokenLog() {
        context.getConfiguration().addFilter(filter);
        context.updateLoggers();
    }

    /** Returns how many lines it has failed to write. */
    public int lines() {
        return lines.get();
    }

    @Override
    public void close() {
        context.getConfiguration().removeFilter(filter);
        context.updateLoggers();
    }

    private final class Throwing extends AbstractFilter {
        @Override
        public Result filter(Logger logger, Level level, Marker marker, String message, Object p0) {
            lines.incrementAndGet();
            throw new AssertionError("no descriptor for a line of the log");
        }

        @Override
        public Result filter(Logger logger, Level level, Marker marker, String message, Object p0, Object p1) {
            lines.incrementAndGet();
            throw new AssertionError("no descriptor for a line of the log");
        }
    }
}
