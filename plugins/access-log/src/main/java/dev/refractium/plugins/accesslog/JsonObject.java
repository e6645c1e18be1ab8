package dev.refractium.plugins.accesslog;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A JSON object under construction, on one line, in printable ASCII: every other character is written by its number, so
 * that what a client sent can neither end a line nor disguise itself on a terminal. One thread at a time.
 */
final class JsonObject {
    /** Nothing that belongs into a log is longer; what is, is cut. */
    private static final int LONGEST = 1_024;

    private final StringBuilder members = new StringBuilder();

    JsonObject text(String name, String value) {
        return raw(name, quoted(value));
    }

    JsonObject texts(String name, List<String> values) {
        return raw(name, values.stream().map(JsonObject::quoted).collect(Collectors.joining(",", "[", "]")));
    }

    /** @param json a value that is JSON already */
    JsonObject raw(String name, String json) {
        members.append(members.length() == 0 ? "" : ",")
                .append(quoted(name))
                .append(':')
                .append(json);
        return this;
    }

    @Override
    public String toString() {
        return "{" + members + "}";
    }

    static String quoted(String text) {
        int length = Math.min(text.length(), LONGEST);
        StringBuilder out = new StringBuilder(length + 2).append('"');
        for (int i = 0; i < length; i++) {
            append(out, text.charAt(i));
        }
        return out.append(length < text.length() ? "...\"" : "\"").toString();
    }

    private static void append(StringBuilder out, char c) {
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
