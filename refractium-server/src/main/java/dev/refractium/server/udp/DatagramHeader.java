package dev.refractium.server.udp;

import dev.refractium.server.net.Loop;
import java.nio.ByteBuffer;

/** The PROXY header that a flow's datagrams carry to the backend: each of them, or the first. Loop thread only. */
final class DatagramHeader {
    private final byte[] header;
    private final boolean firstOnly;
    private boolean isSent;

    DatagramHeader(byte[] header, boolean firstOnly) {
        this.header = header;
        this.firstOnly = firstOnly;
    }

    int length() {
        return header.length;
    }

    /** Begins again, with another backend. */
    void begin() {
        isSent = false;
    }

    /** Returns the datagram with its header, if it has one, in the loop's buffer, which may hold the datagram already. */
    ByteBuffer before(ByteBuffer datagram, Loop loop) {
        if (firstOnly && isSent) {
            return datagram;
        }
        isSent = true;
        int start = datagram.position();
        int length = datagram.remaining();
        // Clears the datagram if they are the same, and leaves its bytes.
        ByteBuffer buffer = loop.buffer();
        buffer.put(header.length, datagram, start, length);
        return buffer.put(0, header).limit(header.length + length);
    }
}
