package dev.refractium.server.config;

import dev.refractium.api.Units;

/** A number of bytes, printed in the form of the documents. */
public record Size(long bytes) implements Comparable<Size> {
    /**
     * Parses a size with its unit, such as {@code 64KiB}.
     *
     * @throws IllegalArgumentException with what is wrong and what to write; see {@link Units#parseSize}
     */
    static Size parse(String text) {
        return new Size(Units.parseSize(text));
    }

    /** Returns the bytes of a size whose range ends below 2 GiB. */
    public int intBytes() {
        return Math.toIntExact(bytes);
    }

    @Override
    public int compareTo(Size other) {
        return Long.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return Units.formatSize(bytes);
    }
}
