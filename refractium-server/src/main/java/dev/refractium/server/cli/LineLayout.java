package dev.refractium.server.cli;

import dev.refractium.server.text.Escape;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.layout.AbstractStringLayout;
import org.apache.logging.log4j.message.Message;
import org.apache.logging.log4j.message.ParameterizedMessage;
import org.jspecify.annotations.Nullable;

/**
 * Formats a log event as one line: time in UTC, level, logger, message. Whatever may contain a stranger's text is
 * escaped here for all loggers alike, including those of libraries, so that no byte of a client reaches a terminal
 * unchanged.
 */
final class LineLayout extends AbstractStringLayout {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    /** The longest message, in characters. */
    static final int LONGEST = 8192;

    private static final String VALUE = "{}";
    private static final String QUOTED_VALUE = "\"{}\"";
    private static final String RED = "\033[31m";
    private static final String YELLOW = "\033[33m";
    private static final String PLAIN = "\033[0m";

    private final Terminal terminal;

    LineLayout(Configuration configuration, Terminal terminal) {
        super(configuration, StandardCharsets.UTF_8, null, null);
        this.terminal = terminal;
    }

    @Override
    public String toSerializable(LogEvent event) {
        StringBuilder line = new StringBuilder(160);
        TIME.formatTo(Instant.ofEpochMilli(event.getTimeMillis()), line);
        line.append(' ').append(level(event.getLevel())).append(' ');
        line.append(shortName(event.getLoggerName())).append(": ");
        line.append(text(event.getMessage()));
        if (event.getThrown() != null) {
            line.append('\n').append(cause(event.getThrown()));
        }
        return line.append('\n').toString();
    }

    /** The text of a message, escaped; a value that its form puts between double quotes cannot forge their end. */
    static String text(Message message) {
        return Escape.text(raw(message), LONGEST);
    }

    @SuppressWarnings("deprecation") // nothing else has the form of a message that log4j uses again and again
    private static String raw(Message message) {
        String form = message.getFormat();
        Object[] values = message.getParameters();
        if (form == null || values == null || !form.contains(QUOTED_VALUE)) {
            return message.getFormattedMessage();
        }
        Object[] escaped = values.clone();
        int value = 0;
        for (int i = form.indexOf(VALUE); i >= 0 && value < escaped.length; i = form.indexOf(VALUE, i + 2)) {
            if (form.startsWith(QUOTED_VALUE, i - 1)) {
                escaped[value] = withinQuotes(String.valueOf(escaped[value]));
            }
            value++;
        }
        return ParameterizedMessage.format(form, escaped);
    }

    private static String withinQuotes(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private String level(Level level) {
        String name = level.name();
        String word = name + " ".repeat(Math.max(0, 5 - name.length()));
        if (!terminal.coloured() || level.isLessSpecificThan(Level.INFO)) {
            return word;
        }
        return (level.equals(Level.WARN) ? YELLOW : RED) + word + PLAIN;
    }

    private static String shortName(@Nullable String logger) {
        return logger == null ? "-" : Escape.text(logger.substring(logger.lastIndexOf('.') + 1));
    }

    /**
     * Returns an exception and each of its frames as one line, so that a message cannot look like a frame or a line of the
     * log.
     */
    static String cause(Throwable thrown) {
        StringBuilder lines = new StringBuilder();
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < 8; depth++) {
            lines.append(depth == 0 ? "  " : "\n  ").append(Escape.text(cause.toString(), LONGEST));
            for (StackTraceElement frame : cause.getStackTrace()) {
                lines.append("\n    at ").append(Escape.text(frame.toString()));
            }
            cause = cause.getCause();
        }
        return lines.toString();
    }
}
