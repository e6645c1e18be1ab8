package dev.refractium.server.udp;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A copy of a flow's first datagram, kept for as long as it may be sent to another target. Loop thread only. */
final class FirstDatagram {
    private final byte[] bytes;
    private final Memory memory;

    private FirstDatagram(byte[] bytes, Memory memory) {
        this.bytes = bytes;
        this.memory = memory;
    }

    /**
     * Bytes that all flows together hold: datagrams that may be sent again, and those of undecided clients. Loop thread
     * only, but for {@link #held}.
     */
    static final class Memory {
        /** Written by the loop alone; other threads may read an old value. */
        private final AtomicLong held = new AtomicLong();

        /** Returns how many bytes are held. Any thread. */
        long held() {
            return held.getOpaque();
        }

        void take(int bytes) {
            held.setOpaque(held.getPlain() + bytes);
        }

        void give(int bytes) {
            held.setOpaque(held.getPlain() - bytes);
        }
    }

    /**
     * Copies what remains in {@code datagram}, which is left as it is.
     *
     * @param most bytes that may be held by all flows together
     * @return null if that leaves no room
     */
    static @Nullable FirstDatagram of(ByteBuffer datagram, Memory memory, long most) {
        int length = datagram.remaining();
        if (memory.held() + length > most) {
            return null;
        }
        FirstDatagram first = new FirstDatagram(copy(datagram), memory);
        memory.take(length);
        return first;
    }

    static byte[] copy(ByteBuffer datagram) {
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(datagram.position(), bytes);
        return bytes;
    }

    /** Gives the memory back, once, and returns the datagram. */
    byte[] release() {
        memory.give(bytes.length);
        return bytes;
    }
}
