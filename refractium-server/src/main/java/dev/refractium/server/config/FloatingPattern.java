package dev.refractium.server.config;

import java.util.HexFormat;

/**
 * Bytes that may be anywhere near the start of a session.
 *
 * @param contains the bytes, two hexadecimal digits each; not empty. In the file it is text, as a prefix is
 * @param within how many first bytes must contain all of them
 */
public record FloatingPattern(
        @Key(value = "contains", initial = Key.REQUIRED) String contains,

        @Key(value = "within", initial = Key.REQUIRED, min = "1", max = "65536")
        int within)
        implements PatternConfig {
    static final Keys<FloatingPattern> KEYS = new Keys<>(FloatingPattern.class);

    private static final HexFormat HEX = HexFormat.of();

    /** @throws InvalidValueException with the key contains or within */
    public FloatingPattern {
        KEYS.check(contains, within);
        if (contains.isEmpty()) {
            throw new InvalidValueException(
                    "contains", "is empty and would match every session; write at least one byte");
        }
        if (contains.length() / 2 > within) {
            throw new InvalidValueException(
                    "within", "is " + within + ", and the pattern has " + contains.length() / 2 + " bytes; raise it");
        }
    }

    /** Returns a pattern of {@code bytes} anywhere in the first {@code within} bytes. */
    public static FloatingPattern of(byte[] bytes, int within) {
        return new FloatingPattern(HEX.formatHex(bytes), within);
    }

    @Override
    public byte[] toBytes() {
        return HEX.parseHex(contains);
    }

    @Override
    public int end() {
        return within;
    }

    @Override
    public boolean isPrefix() {
        return within == length();
    }

    /** This pattern is part of the other one, and its end is early enough wherever the other one is found. */
    @Override
    public boolean covers(PatternConfig other) {
        String known =
                other instanceof PlacedPattern placed ? placed.knownDigits() : ((FloatingPattern) other).contains;
        int latestStart = other.end() - known.length() / 2;
        int at = indexOf(known);
        return at >= 0 && latestStart + at + length() <= within;
    }

    private int length() {
        return contains.length() / 2;
    }

    /** Returns the index in bytes, given hexadecimal digits: a match in the middle of a byte does not count. */
    private int indexOf(String hex) {
        int at = hex.indexOf(contains);
        while (at >= 0 && at % 2 != 0) {
            at = hex.indexOf(contains, at + 1);
        }
        return at < 0 ? -1 : at / 2;
    }
}
