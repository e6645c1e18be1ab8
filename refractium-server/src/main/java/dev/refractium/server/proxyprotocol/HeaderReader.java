package dev.refractium.server.proxyprotocol;

import dev.refractium.api.Transport;
import dev.refractium.server.proxyprotocol.HeaderResult.NoHeader;
import java.nio.ByteBuffer;

/**
 * Reads the header that a connection or a datagram begins with. Keeps nothing between two calls: more bytes are read from
 * the start again. Stricter than some senders need, and never laxer than the document. Any thread.
 */
public final class HeaderReader {
    /** The length of the longest header that is read: of version 2, with Unix addresses and 4 KiB of TLVs. */
    public static final int MOST_BYTES = V2Reader.FIXED + V2Reader.MOST_ADDRESS_BYTES + V2Reader.MOST_TLV_BYTES;

    /** The length of the shortest header, {@code PROXY UNKNOWN} and the end of the line. */
    public static final int FEWEST_BYTES = 15;

    private HeaderReader() {}

    /**
     * Reads the header between position and limit of {@code bytes}, both of which stay.
     *
     * @param transport what carries the bytes; a header that claims the other transport is malformed
     */
    public static HeaderResult read(ByteBuffer bytes, Transport transport) {
        if (!bytes.hasRemaining()) {
            return NoHeader.NEED_MORE;
        }
        if (bytes.get(bytes.position()) == V1Reader.PREFIX[0]) {
            return startsLike(bytes, V1Reader.PREFIX) ? V1Reader.read(bytes, transport) : NoHeader.ABSENT;
        }
        return startsLike(bytes, V2Reader.SIGNATURE) ? V2Reader.read(bytes, transport) : NoHeader.ABSENT;
    }

    /** Returns whether the bytes are the beginning of a header, and can be nothing else; it may be incomplete or broken. */
    public static boolean isBegun(ByteBuffer bytes) {
        return begins(bytes, V1Reader.PREFIX) || begins(bytes, V2Reader.SIGNATURE);
    }

    /**
     * Returns the length of a header that {@link #read} has found incomplete, if the bytes show it already; 0 if they do
     * not.
     */
    public static int lengthOf(ByteBuffer incomplete) {
        boolean shown = incomplete.remaining() >= V2Reader.FIXED && begins(incomplete, V2Reader.SIGNATURE);
        return shown ? V2Reader.length(incomplete) : 0;
    }

    private static boolean begins(ByteBuffer bytes, byte[] prefix) {
        return bytes.remaining() >= prefix.length && startsLike(bytes, prefix);
    }

    /** Returns whether the bytes begin with {@code prefix}, as far as they go. */
    private static boolean startsLike(ByteBuffer bytes, byte[] prefix) {
        int from = bytes.position();
        int length = Math.min(prefix.length, bytes.remaining());
        for (int i = 0; i < length; i++) {
            if (bytes.get(from + i) != prefix[i]) {
                return false;
            }
        }
        return true;
    }
}
