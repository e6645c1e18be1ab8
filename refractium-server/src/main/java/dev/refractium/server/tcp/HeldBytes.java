package dev.refractium.server.tcp;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The first bytes of a session that is undecided or whose backend is not connected yet. They count against the loop's
 * budget; at the bound, the oldest such session is evicted. Loop thread only.
 */
abstract class HeldBytes {
    private static final int FIRST_SIZE = 512;
    private static final byte[] NONE = new byte[0];

    private final TcpLoop loop;
    private byte[] bytes = NONE;
    private int length;

    HeldBytes(TcpLoop loop) {
        this.loop = loop;
    }

    /** Ends the session, since other sessions need the memory. */
    abstract void giveWay();

    final int length() {
        return length;
    }

    /** Returns the bytes, from 0 to {@link #length}; valid until the next change. */
    final byte[] bytes() {
        return bytes;
    }

    /** Appends the bytes of {@code from}. The session may have been evicted when this returns. */
    final void append(ByteBuffer from) {
        int size = Math.max(FIRST_SIZE, bytes.length);
        while (size < length + from.remaining()) {
            size *= 2;
        }
        int more = size - bytes.length;
        if (more > 0) {
            bytes = Arrays.copyOf(bytes, size);
        }
        int count = from.remaining();
        from.get(bytes, length, count);
        length += count;
        if (more > 0) {
            loop.take(this, more);
        }
    }

    /** Releases the bytes. */
    final void release() {
        if (bytes.length > 0) {
            loop.give(this, bytes.length);
        }
        bytes = NONE;
        length = 0;
    }
}
