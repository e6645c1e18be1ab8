package dev.refractium.plugins.accesslog;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A JSON object that is being written, on one line, in printable ASCII: every other character is written by its number,
 * so that what a client sent can neither end a line nor disguise itself on a terminal. One thread at a time.
 */
final class JsonObject implements Value {
    private final StringBuilder out;
    private boolean empty = true;
    private String name = "";

    /** Begins one at the end of {@code out}. */
    private JsonObject(StringBuilder out) {
        this.out = out.append('{');
    }

    /** Writes an entry with all fields. */
    static void write(Entry entry, StringBuilder out) {
        JsonObject json = new JsonObject(out);
        for (Field field : Field.values()) {
            json.name = field.key();
            field.write(entry, json);
        }
        out.append('}');
    }

    @Override
    public void text(String value) {
        name();
        quote(value);
    }

    @Override
    public void attributes(Map<String, List<String>> values) {
        name();
        JsonObject attributes = new JsonObject(out);
        new TreeMap<>(values).forEach(attributes::texts);
        out.append('}');
    }

    private void texts(String attribute, List<String> values) {
        name = attribute;
        name();
        out.append('[');
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            quote(values.get(i));
        }
        out.append(']');
    }

    @Override
    public void number(long value) {
        name();
        out.append(value);
    }

    @Override
    public void thousandths(long value) {
        name();
        Escape.thousandths(out, value);
    }

    @Override
    public void none() {
        name();
        out.append("null");
    }

    private void name() {
        if (!empty) {
            out.append(',');
        }
        empty = false;
        quote(name);
        out.append(':');
    }

    private void quote(String text) {
        int length = Math.min(text.length(), Escape.LONGEST);
        out.append('"');
        for (int i = 0; i < length; i++) {
            append(text.charAt(i));
        }
        out.append(length < text.length() ? "...\"" : "\"");
    }

    private void append(char c) {
        if (c == '"' || c == '\\') {
            out.append('\\').append(c);
        } else if (c >= ' ' && c < 0x7f) {
            out.append(c);
        } else {
            Escape.append(out, c);
        }
    }
}
