package dev.refractium.server.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Bytes that a seed and a position determine, so that either end can tell a lost, doubled or foreign byte. */
final class RandomBytes {
    private static final int BLOCK = 64 << 10;

    private final long seed;

    RandomBytes(long seed) {
        this.seed = seed;
    }

    byte at(long position) {
        long x = (seed + position / 8) * 0x9E3779B97F4A7C15L;
        x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
        x ^= x >>> 27;
        return (byte) (x >>> (8 * (int) (position % 8)));
    }

    void send(OutputStream out, long count) throws IOException {
        byte[] block = new byte[BLOCK];
        for (long sent = 0; sent < count; ) {
            int length = (int) Math.min(BLOCK, count - sent);
            for (int i = 0; i < length; i++) {
                block[i] = at(sent + i);
            }
            out.write(block, 0, length);
            sent += length;
        }
    }

    /** Reads to the end of the stream; the count of bytes that are right, or -1 at the first that is not. */
    long verify(InputStream in) throws IOException {
        byte[] block = new byte[BLOCK];
        long seen = 0;
        for (int length = in.read(block); length >= 0; length = in.read(block)) {
            for (int i = 0; i < length; i++) {
                if (block[i] != at(seen + i)) {
                    return -1;
                }
            }
            seen += length;
        }
        return seen;
    }
}
