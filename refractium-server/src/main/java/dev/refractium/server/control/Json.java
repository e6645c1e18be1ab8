package dev.refractium.server.control;

import dev.refractium.server.text.Escape;
import dev.refractium.server.text.Words;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as JSON on one line, so that a server that is part of another program needs no library for it. Names
 * are in snake case; an empty Optional is null; times are in ISO-8601, to the millisecond. Texts pass {@link Escape}:
 * control sequences of a terminal come out visible.
 */
public final class Json {
    private static final int LONGEST = 4096;

    private final StringBuilder out = new StringBuilder(1024);

    private Json() {}

    /**
     * Writes a value.
     *
     * @param value a record, or a type of a record's components
     */
    public static String of(Object value) {
        Json json = new Json();
        json.value(value);
        return json.out.toString();
    }

    /** Returns an object with one text. */
    static String of(String name, String text) {
        return of(Map.of(name, text));
    }

    private void value(@Nullable Object value) {
        if (value == null) {
            out.append("null");
        } else if (value instanceof Optional<?> optional) {
            value(optional.orElse(null));
        } else if (value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof Record made) {
            fields(made);
        } else if (value instanceof Map<?, ?> map) {
            members(map);
        } else if (value instanceof List<?> list) {
            elements(list);
        } else if (value instanceof Enum<?> constant) {
            text(Words.of(constant));
        } else if (value instanceof Instant time) {
            text(time.truncatedTo(ChronoUnit.MILLIS).toString());
        } else {
            text(value.toString());
        }
    }

    private void fields(Record made) {
        char before = '{';
        for (RecordComponent component : made.getClass().getRecordComponents()) {
            out.append(before);
            text(component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT));
            out.append(':');
            value(read(component, made));
            before = ',';
        }
        out.append(before == '{' ? "{}" : "}");
    }

    private static @Nullable Object read(RecordComponent component, Record made) {
        try {
            return component.getAccessor().invoke(made);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private void members(Map<?, ?> map) {
        char before = '{';
        for (Map.Entry<?, ?> member : map.entrySet()) {
            out.append(before);
            text(String.valueOf(member.getKey()));
            out.append(':');
            value(member.getValue());
            before = ',';
        }
        out.append(before == '{' ? "{}" : "}");
    }

    private void elements(List<?> list) {
        char before = '[';
        for (Object element : list) {
            out.append(before);
            value(element);
            before = ',';
        }
        out.append(before == '[' ? "[]" : "]");
    }

    private void text(String text) {
        out.append('"');
        String shown = Escape.text(text, LONGEST);
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\');
            }
            out.append(c);
        }
        out.append('"');
    }
}
