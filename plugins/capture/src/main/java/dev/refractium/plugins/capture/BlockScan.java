package dev.refractium.plugins.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Finds where the whole blocks of a pcapng file end. Holds a window of the file, whatever its size. One use. */
final class BlockScan {
    /** What went wrong behind the last whole block, if anything. */
    enum End {
        /** The file ends with a whole block. */
        WHOLE,
        /** The last block is cut short by the end of the file. */
        TORN,
        /** What follows is no block. */
        BROKEN
    }

    private static final int WINDOW = 64 << 10;

    /** Type, length, and the length again behind the body. */
    private static final int LEAST_BLOCK = 12;

    private final FileChannel in;
    private final long size;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);
    private long windowAt;
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private long at;
    private boolean hasInterface;

    /**
     * @param from where a block begins; if that is not 0, it is within a section that has an interface
     * @param size of the file
     */
    BlockScan(FileChannel in, long from, long size) {
        this.in = in;
        this.size = size;
        this.at = from;
        this.hasInterface = from > 0;
    }

    /** Reads on to the end of the last whole block. */
    End run() throws IOException {
        End end = End.WHOLE;
        while (at < size && end == End.WHOLE) {
            end = next();
        }
        return end;
    }

    /** The end of the last whole block. */
    long end() {
        return at;
    }

    /** Returns whether the last section has an interface, which packets refer to. */
    boolean hasInterface() {
        return hasInterface;
    }

    private End next() throws IOException {
        if (size - at < LEAST_BLOCK) {
            return End.TORN;
        }
        int type = intAt(at);
        if (type == Blocks.SECTION && !readOrder()) {
            return End.BROKEN;
        }
        long length = intAt(at + 4) & 0xffff_ffffL;
        boolean first = at == 0 && type != Blocks.SECTION;
        if (first || length < LEAST_BLOCK || length % 4 != 0) {
            return End.BROKEN;
        }
        if (length > size - at) {
            return End.TORN;
        }
        if ((intAt(at + length - 4) & 0xffff_ffffL) != length) {
            return End.BROKEN;
        }
        if (type == Blocks.SECTION) {
            hasInterface = false;
        } else if (type == Blocks.INTERFACE) {
            hasInterface = true;
        }
        at += length;
        return End.WHOLE;
    }

    /** Returns whether the section names an order of its bytes, which holds from there on. */
    private boolean readOrder() throws IOException {
        int magic = intAt(at + 8);
        if (magic == Integer.reverseBytes(Blocks.BYTE_ORDER)) {
            order = order == ByteOrder.LITTLE_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        } else if (magic != Blocks.BYTE_ORDER) {
            return false;
        }
        return true;
    }

    private int intAt(long place) throws IOException {
        if (place < windowAt || place + 4 > windowAt + window.limit()) {
            window.clear();
            windowAt = place;
            int read = in.read(window, place);
            window.limit(Math.max(0, read));
            if (read < 4) {
                throw new IOException("changes while it is read");
            }
        }
        return window.order(order).getInt((int) (place - windowAt));
    }
}
