package dev.refractium.server.proxyprotocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a header of version 2 carries beside addresses. A value that is too long for its TLV is left out.
 *
 * @param authority the host name that the client asked for, of TLS's SNI mostly; null if none is known
 * @param alpn the application protocol that the client asked for, as TLS's ALPN writes it; null if none is known
 * @param uniqueId a name of the session that no other session has; null if the header carries none
 */
public record HeaderExtras(
        @Nullable String authority,
        @Nullable String alpn,
        @Nullable String uniqueId) {
    public static final HeaderExtras NONE = new HeaderExtras(null, null, null);

    private static final int MOST_NAME_BYTES = 255;

    /** The document's limit. */
    private static final int MOST_ID_BYTES = 128;

    /** The length of the longest TLVs that {@link #write} writes. */
    static final int MOST_BYTES = 3 * Tlvs.HEAD + 2 * MOST_NAME_BYTES + MOST_ID_BYTES;

    void write(ByteBuffer into) {
        write(into, Tlvs.ALPN, alpn, MOST_NAME_BYTES);
        write(into, Tlvs.AUTHORITY, authority, MOST_NAME_BYTES);
        write(into, Tlvs.UNIQUE_ID, uniqueId, MOST_ID_BYTES);
    }

    private static void write(ByteBuffer into, int type, @Nullable String value, int most) {
        if (value == null || value.isEmpty()) {
            return;
        }
        byte[] bytes = value.getBytes(UTF_8);
        if (bytes.length <= most) {
            into.put((byte) type).putShort((short) bytes.length).put(bytes);
        }
    }
}
