package dev.refractium.server.hook;

import dev.refractium.api.Chunk;
import dev.refractium.api.Direction;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * Bytes of a session, copied out of the loop's buffer once for all its taps. Immutable; collected when the last tap is
 * done with it.
 */
final class CopiedChunk implements Chunk, Inbox.Event {
    private final Direction direction;
    private final byte[] content;
    private final long offset;
    private final Instant at;

    /** Copies what remains in {@code bytes}, whose position stays. */
    CopiedChunk(Direction direction, ByteBuffer bytes, long offset, Instant at) {
        this.direction = direction;
        this.content = new byte[bytes.remaining()];
        this.offset = offset;
        this.at = at;
        bytes.get(bytes.position(), content);
    }

    @Override
    public Direction direction() {
        return direction;
    }

    @Override
    public ByteBuffer bytes() {
        return ByteBuffer.wrap(content).asReadOnlyBuffer();
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public Instant at() {
        return at;
    }

    int length() {
        return content.length;
    }
}
