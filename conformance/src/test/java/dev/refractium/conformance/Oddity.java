package dev.refractium.conformance;

import java.util.Locale;
import java.util.function.Consumer;

/**
 * One thing that ordinary first bytes do not have.
 *
 * @param <T> the bytes in the making
 * @param name what it is, in words
 * @param change applies it
 */
public record Oddity<T>(String name, Consumer<T> change) {
    private static final int SHOWN = 60;

    /** Returns an oddity that is named by the text that it brings. */
    public static <T> Oddity<T> of(String kind, String text, Consumer<T> change) {
        StringBuilder name = new StringBuilder(kind).append(" '");
        for (int i = 0; i < text.length() && i < SHOWN; i++) {
            char c = text.charAt(i);
            name.append(c >= ' ' && c < 0x7f ? String.valueOf(c) : String.format(Locale.ROOT, "\\x%02x", (int) c));
        }
        return new Oddity<>(name.append('\'').toString(), change);
    }
}
