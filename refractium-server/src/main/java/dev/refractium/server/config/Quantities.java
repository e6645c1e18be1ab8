package dev.refractium.server.config;

import dev.refractium.api.Units;
import dev.refractium.server.text.Escape;
import java.time.Duration;

/** Reads durations and sizes from values of a file. */
final class Quantities {
    private static final String DURATION = "a duration in quotes, as \"3s\"";
    private static final String SIZE = "a size in quotes, as \"64KiB\", or a number of bytes";

    private Quantities() {}

    /**
     * Reads a duration.
     *
     * @param value a value of the TOML parser
     * @throws IllegalArgumentException with what was found, what is wrong and what to write
     */
    static Duration duration(Object value) {
        if (value instanceof String || value instanceof Long) {
            String shown = value instanceof String text ? Escape.quoted(text) : value.toString();
            try {
                return Units.parseDuration(value.toString());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(shown + " " + e.getMessage(), e);
            }
        }
        throw new IllegalArgumentException(Section.mistyped(value, DURATION));
    }

    /**
     * Reads a size.
     *
     * @param value a value of the TOML parser
     * @throws IllegalArgumentException with what was found, what is wrong and what to write
     */
    static Size size(Object value) {
        if (value instanceof Long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException(bytes + " is negative; write " + SIZE);
            }
            return new Size(bytes);
        }
        if (value instanceof String text) {
            try {
                return Size.parse(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(Escape.quoted(text) + " " + e.getMessage(), e);
            }
        }
        throw new IllegalArgumentException(Section.mistyped(value, SIZE));
    }
}
