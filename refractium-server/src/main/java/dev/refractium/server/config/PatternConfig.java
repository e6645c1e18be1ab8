package dev.refractium.server.config;

import java.util.HexFormat;

/** Bytes that identify a protocol, among a session's first bytes: at a fixed place, or anywhere near the start. */
public sealed interface PatternConfig permits PlacedPattern, FloatingPattern {
    /** How far into a session a pattern may reach: the largest peek. */
    int FARTHEST = 65536;

    /** Returns a pattern of all bits of {@code bytes}, at the start of the session. */
    static PatternConfig prefix(byte[] bytes) {
        String hex = HexFormat.of().formatHex(bytes);
        return new PlacedPattern(0, hex, "f".repeat(hex.length()));
    }

    /** Returns the pattern's bytes. */
    byte[] toBytes();

    /** Returns how many first bytes it takes to decide. */
    int end();

    /** Returns whether it has a condition on all bits of the session's very first bytes. */
    boolean isPrefix();

    /** Returns whether every session that fits {@code other} is known to fit this as well. */
    boolean covers(PatternConfig other);
}
