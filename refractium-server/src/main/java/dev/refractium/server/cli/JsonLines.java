package dev.refractium.server.cli;

import dev.refractium.server.text.Escape;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.layout.template.json.JsonTemplateLayout;
import org.apache.logging.log4j.message.Message;
import org.apache.logging.log4j.message.SimpleMessage;
import org.apache.logging.log4j.util.SortedArrayStringMap;
import org.jspecify.annotations.Nullable;

/**
 * Formats a log event as a JSON object on one line: time in UTC, level, logger, message, what the message says by
 * {@code name=value} once more as fields, and what was thrown. Strings are escaped as {@link LineLayout} does, before JSON
 * is made of them. Any thread.
 */
final class JsonLines {
    private static final String THROWN = "thrown";

    /** A name and its value in the form of a message, with or without quotes. */
    private static final Pattern FIELD = Pattern.compile("(?:(?<name>[a-z_]+)=)?\"?\\{}");

    private static final String TEMPLATE = """
            {
              "time": {"$resolver": "timestamp", "pattern":
                {"format": "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", "timeZone": "UTC"}},
              "level": {"$resolver": "level", "field": "name"},
              "logger": {"$resolver": "logger", "field": "name"},
              "message": {"$resolver": "message", "stringified": true},
              "fields": {"$resolver": "mdc", "pattern": "(?!THROWN$).*", "stringified": true},
              "THROWN": {"$resolver": "mdc", "key": "THROWN"}
            }
            """.replace("THROWN", THROWN);

    private final JsonTemplateLayout layout;

    JsonLines(Configuration configuration) {
        layout = JsonTemplateLayout.newBuilder()
                .setConfiguration(configuration)
                .setCharset(StandardCharsets.UTF_8)
                .setEventTemplate(TEMPLATE)
                .setLocationInfoEnabled(false)
                .build();
    }

    /** Returns the object, with a line feed. */
    String of(LogEvent event) {
        SortedArrayStringMap fields = fields(event.getMessage());
        Throwable thrown = event.getThrown();
        if (thrown != null) {
            fields.putValue(THROWN, LineLayout.cause(thrown).strip());
        }
        return layout.toSerializable(new Log4jLogEvent.Builder(event)
                .setMessage(new SimpleMessage(LineLayout.text(event.getMessage())))
                .setThrown(null)
                .setContextData(fields)
                .build());
    }

    @SuppressWarnings("deprecation") // nothing else has the form of a message that log4j uses again and again
    private static SortedArrayStringMap fields(Message message) {
        SortedArrayStringMap fields = new SortedArrayStringMap();
        String form = message.getFormat();
        Object[] values = message.getParameters();
        Matcher field = FIELD.matcher(form == null || values == null ? "" : form);
        for (int i = 0; field.find() && i < values.length; i++) {
            @Nullable String name = field.group("name");
            if (name != null) {
                fields.putValue(name, Escape.text(String.valueOf(values[i]), LineLayout.LONGEST));
            }
        }
        return fields;
    }
}
