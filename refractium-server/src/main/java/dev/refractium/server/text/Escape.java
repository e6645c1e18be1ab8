package dev.refractium.server.text;

import java.util.Locale;

/**
 * Makes a foreign string safe to show: one line, no control of a terminal, no disguise. Every name, message or header
 * that a client, a file, a plugin or another library wrote passes here on its way to a log, a terminal or JSON.
 *
 * <p>What is not plainly visible is written as {@code \xHH} below U+0100 and as <code>&#92;u{H...}</code> from there
 * on: the C0 and C1 controls with DEL, format characters (the bidirectional controls and zero-width ones among them),
 * line and paragraph separators, spaces other than the common one, lone surrogates, and code points that no character
 * has. A JSON writer adds the quoting of its own; what it writes then decodes to the visible form, never to the raw
 * character.
 */
public final class Escape {
    /** How many code points are shown if no limit is given. */
    public static final int LIMIT = 256;

    private Escape() {}

    /** Returns {@code foreign} as free text, cut at {@link #LIMIT} code points. */
    public static String text(String foreign) {
        return text(foreign, LIMIT);
    }

    /** Returns {@code foreign} as free text; of what is beyond {@code limit} code points, only the number is shown. */
    public static String text(String foreign, int limit) {
        return escape(foreign, limit, false);
    }

    /**
     * Returns {@code foreign} between double quotes, so that its end cannot be forged: {@code "} and {@code \} are
     * escaped too.
     */
    public static String quoted(String foreign) {
        return '"' + escape(foreign, LIMIT, true) + '"';
    }

    /**
     * JSON that says the same and is safe to show: what is not plainly visible is written as <code>&#92;uHHHH</code>.
     *
     * @param json as a JSON writer has it, without line ends, so that such characters stand in strings only
     */
    public static String json(String json) {
        StringBuilder out = new StringBuilder(json.length() + 16);
        int i = 0;
        while (i < json.length()) {
            int codePoint = json.codePointAt(i);
            int next = i + Character.charCount(codePoint);
            if (visible(codePoint)) {
                out.appendCodePoint(codePoint);
            } else {
                json.substring(i, next)
                        .chars()
                        .forEach(unit -> out.append(String.format(Locale.ROOT, "\\u%04x", unit)));
            }
            i = next;
        }
        return out.toString();
    }

    private static String escape(String foreign, int limit, boolean quotes) {
        StringBuilder out = new StringBuilder(Math.min(foreign.length(), limit) + 16);
        int shown = 0;
        int i = 0;
        while (i < foreign.length() && shown < limit) {
            int codePoint = foreign.codePointAt(i);
            append(out, codePoint, quotes);
            i += Character.charCount(codePoint);
            shown++;
        }
        if (i < foreign.length()) {
            out.append("...(")
                    .append(foreign.codePointCount(i, foreign.length()))
                    .append(" more)");
        }
        return out.toString();
    }

    private static void append(StringBuilder out, int codePoint, boolean quotes) {
        if (quotes && (codePoint == '"' || codePoint == '\\')) {
            out.append('\\').append((char) codePoint);
        } else if (visible(codePoint)) {
            out.appendCodePoint(codePoint);
        } else if (codePoint < 0x100) {
            out.append("\\x").append(String.format(Locale.ROOT, "%02x", codePoint));
        } else {
            out.append("\\u{").append(Integer.toHexString(codePoint)).append('}');
        }
    }

    private static boolean visible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            case Character.SPACE_SEPARATOR -> codePoint == ' ';
            default -> true;
        };
    }
}
