package dev.refractium.server.it.support;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Marker;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.filter.AbstractFilter;

/** A log that throws an error for each line, as one that lacks a descriptor for its first. One thread. */
public final class BrokenLog implements AutoCloseable {
    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
    private final Throwing filter = new Throwing();

    /** Breaks the log of this process until this is closed. */
    public BrokenLog() {
        context.getConfiguration().addFilter(filter);
        context.updateLoggers();
    }

    @Override
    public void close() {
        context.getConfiguration().removeFilter(filter);
        context.updateLoggers();
    }

    private static final class Throwing extends AbstractFilter {
        @Override
        public Result filter(Logger logger, Level level, Marker marker, String message, Object p0) {
            throw new AssertionError("no descriptor for a line of the log");
        }

        @Override
        public Result filter(Logger logger, Level level, Marker marker, String message, Object p0, Object p1) {
            throw new AssertionError("no descriptor for a line of the log");
        }
    }
}
