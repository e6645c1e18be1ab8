package dev.refractium.server.proxyprotocol;

import dev.refractium.api.Transport;
import dev.refractium.server.proxyprotocol.HeaderResult.Malformed;
import dev.refractium.server.proxyprotocol.HeaderResult.NoHeader;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Version 2, in binary: a signature, command and family, addresses, and type-length-value vectors (TLVs). */
final class V2Reader {
    static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};

    /** The length of signature, command, family and length. */
    static final int FIXED = 16;

    /** Unix addresses are the longest. */
    static final int MOST_ADDRESS_BYTES = 216;

    static final int MOST_TLV_BYTES = 4096;

    static final int LOCAL = 0x20;
    static final int PROXY = 0x21;
    static final int UNSPECIFIED = 0x00;
    static final int IPV4 = 0x10;
    static final int IPV6 = 0x20;
    static final int STREAM = 1;
    static final int DATAGRAM = 2;

    private static final int UNIX = 0x30;
    private static final int COMMAND_AT = 12;
    private static final int FAMILY_AT = 13;
    private static final int LENGTH_AT = 14;

    private static final Malformed BAD_COMMAND = new Malformed("neither version 2's PROXY nor its LOCAL");
    private static final Malformed BAD_FAMILY = new Malformed("an unknown address family or transport");
    private static final Malformed TOO_LONG = new Malformed("more than 4 KiB of TLVs");
    private static final Malformed TOO_SHORT = new Malformed("too short for its addresses");
    private static final Malformed OTHER_TRANSPORT = new Malformed("addresses of another transport");

    private V2Reader() {}

    /** Returns the length of the header, whose first {@link #FIXED} bytes are there. */
    static int length(ByteBuffer bytes) {
        return FIXED + (bytes.getShort(bytes.position() + LENGTH_AT) & 0xffff);
    }

    /** Reads bytes that begin like {@link #SIGNATURE}; their order is big-endian. */
    static HeaderResult read(ByteBuffer bytes, Transport transport) {
        int from = bytes.position();
        if (bytes.remaining() <= COMMAND_AT) {
            return NoHeader.NEED_MORE;
        }
        int command = bytes.get(from + COMMAND_AT) & 0xff;
        if (command != LOCAL && command != PROXY) {
            return BAD_COMMAND;
        }
        if (bytes.remaining() < FIXED) {
            return NoHeader.NEED_MORE;
        }
        int family = bytes.get(from + FAMILY_AT) & 0xff;
        int length = length(bytes);
        // The document has receivers discard all that a LOCAL header holds.
        Malformed bad = command == LOCAL ? tooLong(length) : problem(family, length, transport);
        if (bad != null) {
            return bad;
        }
        if (bytes.remaining() < length) {
            return NoHeader.NEED_MORE;
        }
        return command == LOCAL ? new ProxyHeader(2, null, null, length) : addressed(bytes, from, family, length);
    }

    private static @Nullable Malformed tooLong(int length) {
        return length > FIXED + MOST_ADDRESS_BYTES + MOST_TLV_BYTES ? TOO_LONG : null;
    }

    private static @Nullable Malformed problem(int family, int length, Transport transport) {
        int addresses = addressBytes(family);
        if (addresses < 0) {
            return BAD_FAMILY;
        }
        if (family != UNSPECIFIED && (family & 0x0f) != (transport == Transport.TCP ? STREAM : DATAGRAM)) {
            return OTHER_TRANSPORT;
        }
        int tlvs = length - FIXED - addresses;
        return tlvs > MOST_TLV_BYTES ? TOO_LONG : tlvs < 0 ? TOO_SHORT : null;
    }

    /** Returns the length of both addresses with their ports; -1 for a value that the document does not have. */
    private static int addressBytes(int family) {
        int transport = family & 0x0f;
        if (family != UNSPECIFIED && transport != STREAM && transport != DATAGRAM) {
            return -1;
        }
        return switch (family & 0xf0) {
            case UNSPECIFIED -> family == UNSPECIFIED ? 0 : -1;
            case IPV4 -> 2 * (4 + 2);
            case IPV6 -> 2 * (16 + 2);
            case UNIX -> MOST_ADDRESS_BYTES;
            default -> -1;
        };
    }

    private static HeaderResult addressed(ByteBuffer bytes, int from, int family, int length) {
        int addresses = from + FIXED;
        Malformed bad = Tlvs.problem(bytes, from, addresses + addressBytes(family), from + length);
        if (bad != null) {
            return bad;
        }
        int each = switch (family & 0xf0) {
            case IPV4 -> 4;
            case IPV6 -> 16;
            default -> 0;
        };
        if (each == 0) {
            return new ProxyHeader(2, null, null, length);
        }
        int ports = addresses + 2 * each;
        return new ProxyHeader(
                2, socket(bytes, addresses, each, ports), socket(bytes, addresses + each, each, ports + 2), length);
    }

    private static InetSocketAddress socket(ByteBuffer bytes, int at, int length, int port) {
        byte[] address = new byte[length];
        bytes.get(at, address);
        return new InetSocketAddress(AddressText.of(address), bytes.getShort(port) & 0xffff);
    }
}
