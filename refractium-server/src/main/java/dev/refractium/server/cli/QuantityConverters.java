package dev.refractium.server.cli;

import dev.refractium.api.Units;
import dev.refractium.server.text.Escape;
import java.time.Duration;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations and sizes of flags, in the forms of the file. */
final class QuantityConverters {
    private QuantityConverters() {}

    /** A duration, such as {@code 250ms} or {@code 3s}. */
    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return converted(text, Units::parseDuration);
        }
    }

    /** A size, such as {@code 16KiB}, or a number of bytes. */
    static final class Size implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return converted(text.matches("[0-9]+") ? text + "B" : text, Units::parseSize);
        }
    }

    private static <T> T converted(String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(Escape.quoted(text) + " " + e.getMessage());
        }
    }
}
