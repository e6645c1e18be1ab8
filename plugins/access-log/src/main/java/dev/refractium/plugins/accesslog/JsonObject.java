package dev.refractium.plugins.accesslog;

import java.util.List;

/**
 * A JSON object that is being written, on one line, in printable ASCII: every other character is written by its number,
 * so that what a client sent can neither end a line nor disguise itself on a terminal. One thread at a time.
 */
final class JsonObject {
    /** Nothing that belongs into a log is longer; what is, is cut. */
    private static final int LONGEST = 1_024;

    private final StringBuilder out;
    private boolean empty = true;

    /** Begins one at the end of {@code out}. */
    JsonObject(StringBuilder out) {
        this.out = out.append('{');
    }

    JsonObject text(String name, String value) {
        name(name);
        quote(value);
        return this;
    }

    JsonObject texts(String name, List<String> values) {
        name(name);
        out.append('[');
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            quote(values.get(i));
        }
        out.append(']');
        return this;
    }

    JsonObject number(String name, long value) {
        name(name);
        out.append(value);
        return this;
    }

    /** A number with three places behind the point. */
    JsonObject thousandths(String name, long value) {
        name(name);
        out.append(value / 1_000).append('.');
        for (int unit = 100; unit > 0; unit /= 10) {
            out.append((char) ('0' + value / unit % 10));
        }
        return this;
    }

    JsonObject none(String name) {
        name(name);
        out.append("null");
        return this;
    }

    /** An object in this one, to be ended before this one goes on. */
    JsonObject object(String name) {
        name(name);
        return new JsonObject(out);
    }

    void end() {
        out.append('}');
    }

    private void name(String name) {
        if (!empty) {
            out.append(',');
        }
        empty = false;
        quote(name);
        out.append(':');
    }

    private void quote(String text) {
        int length = Math.min(text.length(), LONGEST);
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
            out.append("\\u");
            for (int shift = 12; shift >= 0; shift -= 4) {
                out.append(Character.forDigit(c >> shift & 0xf, 16));
            }
        }
    }
}
