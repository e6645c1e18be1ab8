package dev.refractium.server.proxyprotocol;

import dev.refractium.server.proxyprotocol.HeaderResult.Malformed;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The type-length-value vectors of version 2, of which the reader obeys the checksum only. What a vector holds is not
 * looked into, so that no nesting has a depth.
 */
final class Tlvs {
    static final int ALPN = 0x01;
    static final int AUTHORITY = 0x02;
    static final int CRC32C = 0x03;
    static final int UNIQUE_ID = 0x05;

    /** The length of type and length. */
    static final int HEAD = 3;

    static final int CRC_BYTES = 4;

    private static final byte[] ZEROS = new byte[CRC_BYTES];

    private static final Malformed TORN = new Malformed("a TLV that ends behind the header");
    private static final Malformed BAD_CHECKSUM = new Malformed("a checksum that does not fit");
    private static final Malformed TWO_CHECKSUMS = new Malformed("two checksums");

    private Tlvs() {}

    /**
     * Returns what is wrong with the vectors from {@code from} to {@code end}, where the header ends; null if nothing is.
     *
     * @param start where the header begins
     */
    static @Nullable Malformed problem(ByteBuffer bytes, int start, int from, int end) {
        int checksum = -1;
        int at = from;
        while (at < end) {
            if (end - at < HEAD) {
                return TORN;
            }
            int length = bytes.getShort(at + 1) & 0xffff;
            int value = at + HEAD;
            if (length > end - value) {
                return TORN;
            }
            if (bytes.get(at) == CRC32C) {
                if (checksum >= 0) {
                    return TWO_CHECKSUMS;
                }
                if (length != CRC_BYTES) {
                    return BAD_CHECKSUM;
                }
                checksum = value;
            }
            at = value + length;
        }
        boolean fits = checksum < 0 || bytes.getInt(checksum) == checksum(bytes, start, checksum, end);
        return fits ? null : BAD_CHECKSUM;
    }

    /** Returns the checksum of a header from {@code start} to {@code end} that has the checksum at {@code hole}. */
    static int checksum(ByteBuffer bytes, int start, int hole, int end) {
        CRC32C sum = new CRC32C();
        sum.update(bytes.slice(start, hole - start));
        sum.update(ZEROS);
        sum.update(bytes.slice(hole + CRC_BYTES, end - hole - CRC_BYTES));
        return (int) sum.getValue();
    }
}
