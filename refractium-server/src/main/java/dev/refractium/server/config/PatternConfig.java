package dev.refractium.server.config;

import java.util.HexFormat;

/** Bytes that tell a protocol, among a session's first bytes: at a place of their own, or anywhere near the start. */
public sealed interface PatternConfig permits PlacedPattern, FloatingPattern {
    /** How far into a session a pattern may reach: the largest peek. */
    int FARTHEST = 65536;

    /** All bits of {@code bytes}, at the start of the session. */
    static PatternConfig prefix(byte[] bytes) {
        String hex = HexFormat.of().formatHex(bytes);
        return new PlacedPattern(0, hex, "f".repeat(hex.length()));
    }

    /** The pattern's bytes. */
    byte[] toBytes();

    /** How many first bytes it takes to decide. */
    int end();

    /** Whether it asks for all bits of the session's very first bytes. */
    boolean isPrefix();

    /** Whether every session that fits {@code other} fits this as well, as far as can be told. */
    boolean covers(PatternConfig other);
}
