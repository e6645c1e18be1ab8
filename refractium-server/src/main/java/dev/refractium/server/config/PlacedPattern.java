package dev.refractium.server.config;

import java.util.HexFormat;

/**
 * Magic bytes at a fixed place among a session's first bytes.
 *
 * @param offset where they start, from 0
 * @param hex the bytes, two digits each, spaces allowed; not empty; kept without spaces, in lower case
 * @param mask which bits count, as long as {@code hex}; other bits may be anything in {@code hex}
 */
public record PlacedPattern(
        @Key(value = "offset", initial = "0", max = "65535") int offset,
        @Key(value = "hex", initial = Key.REQUIRED) String hex,
        @Key("mask") String mask)
        implements PatternConfig {
    static final Keys<PlacedPattern> KEYS = new Keys<>(PlacedPattern.class);

    private static final HexFormat HEX = HexFormat.of();

    /** @throws InvalidValueException with the key offset, hex or mask */
    public PlacedPattern {
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
        KEYS.check(offset, hex, mask);
        if (offset + hex.length() / 2 > FARTHEST) {
            throw new InvalidValueException(
                    "hex", "reaches beyond byte " + FARTHEST + "; shorten it or lower the offset");
        }
    }

    @Override
    public byte[] toBytes() {
        return HEX.parseHex(hex);
    }

    /** Returns the mask's bytes. */
    public byte[] toMask() {
        return HEX.parseHex(mask);
    }

    @Override
    public int end() {
        return offset + hex.length() / 2;
    }

    @Override
    public boolean isPrefix() {
        return offset == 0 && mask.matches("f+");
    }

    /** A floating pattern covers more than this one can, unless it has no room to float. */
    @Override
    public boolean covers(PatternConfig other) {
        return other instanceof PlacedPattern placed
                ? covers(placed)
                : other.isPrefix() && covers(PatternConfig.prefix(other.toBytes()));
    }

    /** Returns the digits of the bytes; a byte of which the mask leaves out bits is "..". */
    String knownDigits() {
        StringBuilder known = new StringBuilder(hex);
        for (int i = 0; i < mask.length(); i += 2) {
            if (!mask.startsWith("ff", i)) {
                known.replace(i, i + 2, "..");
            }
        }
        return known.toString();
    }

    private boolean covers(PlacedPattern other) {
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
