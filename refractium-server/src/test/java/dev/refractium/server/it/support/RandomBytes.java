package dev.refractium.server.it.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Bytes determined by seed and position, so that either end detects a lost, doubled or foreign byte. */
public final class RandomBytes {
    private static final int BLOCK = 64 << 10;

    private final long seed;

    public RandomBytes(long seed) {
        this.seed = seed;
    }

    public void send(OutputStream out, long count) throws IOException {
        byte[] block = new byte[BLOCK];
        for (long sent = 0; sent < count; ) {
            int length = (int) Math.min(BLOCK, count - sent);
            long word = 0;
            for (int i = 0; i < length; i++) {
                // A block begins with a word.
                word = (i & 7) == 0 ? word((sent + i) / 8) : word >>> 8;
                block[i] = (byte) word;
            }
            out.write(block, 0, length);
            sent += length;
        }
    }

    /** Reads to the end of the stream; the count of bytes that are right, or -1 at the first that is not. */
    public long verify(InputStream in) throws IOException {
        return verify(in, Long.MAX_VALUE);
    }

    /** Reads {@code most} bytes or to the end of the stream. */
    public long verify(InputStream in, long most) throws IOException {
        byte[] block = new byte[BLOCK];
        long seen = 0;
        long word = 0;
        while (seen < most) {
            int length = in.read(block, 0, (int) Math.min(BLOCK, most - seen));
            if (length < 0) {
                break;
            }
            for (int i = 0; i < length; i++) {
                word = ((seen + i) & 7) == 0 ? word((seen + i) / 8) : word >>> 8;
                if (block[i] != (byte) word) {
                    return -1;
                }
            }
            seen += length;
        }
        return seen;
    }

    /** Whether these are the bytes from {@code position} on. */
    public boolean are(ByteBuffer bytes, long position) {
        for (int i = 0; i < bytes.remaining(); i++) {
            if (bytes.get(bytes.position() + i) != at(position + i)) {
                return false;
            }
        }
        return true;
    }

    /** Fills a buffer with the bytes from {@code position} on. */
    public void fill(ByteBuffer buffer, long position) {
        for (int i = 0; buffer.hasRemaining(); i++) {
            buffer.put(at(position + i));
        }
    }

    private byte at(long position) {
        return (byte) (word(position / 8) >>> (8 * (position & 7)));
    }

    private long word(long index) {
        long x = (seed + index) * 0x9E3779B97F4A7C15L;
        x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
        return x ^ (x >>> 27);
    }
}
