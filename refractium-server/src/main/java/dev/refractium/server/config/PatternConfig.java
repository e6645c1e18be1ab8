package dev.refractium.server.config;

import java.util.HexFormat;

/**
 * Magic bytes at a fixed place of a session's first bytes.
 *
 * @param offset where they start, counted from the first byte
 * @param hex what must be there, two digits a byte, spaces allowed; not empty; kept without spaces, in lower case
 * @param mask which bits count, as long as {@code hex}; bits that do not count may be anything in {@code hex}
 */
public record PatternConfig(
        @Key(value = "offset", max = 65535) int offset,
        @Key("hex") String hex,
        @Key("mask") String mask) {
    /** How far into a session a pattern may reach: the largest peek. */
    public static final int FARTHEST = 65536;

    static final Keys<PatternConfig> KEYS = new Keys<>(PatternConfig.class);

    private static final HexFormat HEX = HexFormat.of();

    /** @throws InvalidValueException with the key offset, hex or mask */
    public PatternConfig {
        hex = digits("hex", hex);
        mask = digits("mask", mask);
        if (hex.isEmpty()) {
            throw new InvalidValueException("hex", "is empty and would match every session; write at least one byte");
        }
        if (mask.length() != hex.length()) {
            throw new InvalidValueException(
                    "mask",
                    "is of length " + mask.length() / 2 + ", the pattern of length " + hex.length() / 2
                            + "; make them equally long");
        }
        if (mask.chars().allMatch(digit -> digit == '0')) {
            throw new InvalidValueException("mask", "has no bit set and would match every session; set at least one");
        }
        KEYS.check("offset", offset);
        if (offset + hex.length() / 2 > FARTHEST) {
            throw new InvalidValueException(
                    "hex", "reaches beyond byte " + FARTHEST + "; shorten it or lower the offset");
        }
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

    /** How many first bytes it takes to decide. */
    public int end() {
        return offset + hex.length() / 2;
    }

    /** Whether every session that fits {@code other} fits this as well. */
    boolean covers(PatternConfig other) {
        byte[] bytes = toBytes();
        byte[] mask = toMask();
        byte[] otherBytes = other.toBytes();
        byte[] otherMask = other.toMask();
        for (int i = 0; i < bytes.length; i++) {
            int j = offset + i - other.offset;
            boolean there = j >= 0 && j < otherBytes.length;
            int known = there ? otherMask[j] : 0;
            if ((mask[i] & ~known) != 0 || (there && ((bytes[i] ^ otherBytes[j]) & mask[i]) != 0)) {
                return false;
            }
        }
        return end() <= other.end();
    }

    private static String digits(String key, String text) {
        try {
            return HEX.formatHex(HEX.parseHex(text.replace(" ", "")));
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException(key, "is not hexadecimal; write two digits a byte, as \"16 03 01\"");
        }
    }
}
