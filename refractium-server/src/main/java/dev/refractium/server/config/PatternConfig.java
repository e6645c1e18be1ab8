package dev.refractium.server.config;

import java.util.HexFormat;

/**
 * Magic bytes at a fixed place of a session's first bytes.
 *
 * @param offset where they start, counted from the first byte
 * @param hex what must be there, two digits a byte; not empty
 * @param mask which bits count, as long as {@code hex}
 */
public record PatternConfig(int offset, String hex, String mask) {
    private static final HexFormat HEX = HexFormat.of();

    public PatternConfig {
        if (offset < 0) {
            throw new IllegalArgumentException("offset " + offset + " is negative");
        }
        if (hex.isEmpty()) {
            throw new IllegalArgumentException("a pattern must not be empty: it would match every session");
        }
        if (mask.length() != hex.length()) {
            throw new IllegalArgumentException("the mask has " + mask.length() / 2 + " bytes, the pattern "
                    + hex.length() / 2 + "; make them equally long");
        }
        hex = HEX.formatHex(HEX.parseHex(hex));
        mask = HEX.formatHex(HEX.parseHex(mask));
    }

    /** All bits of {@code bytes}, at the start of the session. */
    public static PatternConfig prefix(byte[] bytes) {
        return new PatternConfig(0, HEX.formatHex(bytes), "ff".repeat(bytes.length));
    }

    /** The pattern's bytes. */
    public byte[] toBytes() {
        return HEX.parseHex(hex);
    }

    /** The mask's bytes. */
    public byte[] toMask() {
        return HEX.parseHex(mask);
    }
}
