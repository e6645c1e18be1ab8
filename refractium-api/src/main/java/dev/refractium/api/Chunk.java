package dev.refractium.api;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * Bytes of a session that the proxy read at once: a piece of a stream over TCP, one whole datagram over UDP. Made by the
 * host, immutable, readable from any thread. Bytes that a tap keeps for longer than its call are no longer counted
 * against the hook's memory: keep few.
 *
 * @since 0.1.0
 */
public interface Chunk {
    /** Who sent them. */
    Direction direction();

    /** The bytes, read-only: a new view with each call, from position 0. Empty for a datagram without content. */
    ByteBuffer bytes();

    /** How many bytes the proxy had read in this direction before these, those that were lost included. */
    long offset();

    /** When the proxy read them. Never before that of a chunk that came earlier in the session. */
    Instant at();
}
