package dev.refractium.server.text;

import java.util.Locale;

/** The words by which the log, the status and JSON name the constants of enums. Any thread. */
public final class Words {
    private Words() {}

    /** Returns the name of a constant in lower case, as {@code tcp}. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
