package dev.refractium.plugins.accesslog;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A line of text that is being written. A value has none but printable ASCII without spaces, quotes and backslashes: every
 * other character is written by its number, so that what a client sent is one word of the line. One thread at a time.
 */
final class PlainText implements Value {
    /** What stands where there is no value. */
    private static final String NONE = "-";

    private static final String RESERVED = "\"\\";

    /** What separates attributes, and their values. */
    private static final String SEPARATORS = ",;=";

    private final StringBuilder out;
    private boolean written;

    PlainText(StringBuilder out) {
        this.out = out;
    }

    /** Writes the text between values, as it is. */
    void literal(String text) {
        out.append(text);
    }

    /** Writes the value of a field. */
    void field(Field field, Entry entry) {
        written = false;
        field.write(entry, this);
        if (!written) {
            none();
        }
    }

    /** Writes the values of one attribute. */
    void attribute(List<String> values) {
        if (values.isEmpty()) {
            none();
        }
        texts(values);
    }

    @Override
    public void text(String value) {
        if (value.isEmpty()) {
            none();
        } else {
            append(value, RESERVED);
        }
    }

    @Override
    public void attributes(Map<String, List<String>> values) {
        Iterator<Map.Entry<String, List<String>>> all =
                new TreeMap<>(values).entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<String, List<String>> attribute = all.next();
            append(attribute.getKey(), RESERVED + SEPARATORS);
            out.append('=');
            texts(attribute.getValue());
            out.append(all.hasNext() ? ";" : "");
        }
    }

    @Override
    public void number(long value) {
        written = true;
        out.append(value);
    }

    @Override
    public void thousandths(long value) {
        written = true;
        Escape.thousandths(out, value);
    }

    @Override
    public void none() {
        written = true;
        out.append(NONE);
    }

    private void texts(List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            out.append(i == 0 ? "" : ",");
            append(values.get(i), RESERVED + SEPARATORS);
        }
    }

    private void append(String text, String reserved) {
        written = true;
        int length = Math.min(text.length(), Escape.LONGEST);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c > ' ' && c < 0x7f && reserved.indexOf(c) < 0) {
                out.append(c);
            } else {
                Escape.append(out, c);
            }
        }
        out.append(length < text.length() ? "..." : "");
    }
}
