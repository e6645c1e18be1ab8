package dev.refractium.server.proxyprotocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.refractium.api.Transport;
import dev.refractium.server.proxyprotocol.HeaderResult.Malformed;
import dev.refractium.server.proxyprotocol.HeaderResult.NoHeader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Version 1, a line of text: {@code PROXY TCP4 192.0.2.1 198.51.100.1 56324 443}. */
final class V1Reader {
    static final byte[] PREFIX = "PROXY ".getBytes(US_ASCII);

    /** The longest line, with its end. */
    static final int MOST_BYTES = 107;

    private static final byte[] UNKNOWN = "UNKNOWN".getBytes(US_ASCII);
    private static final byte[] TCP4 = "TCP4 ".getBytes(US_ASCII);
    private static final byte[] TCP6 = "TCP6 ".getBytes(US_ASCII);

    private static final Malformed TOO_LONG = new Malformed("a line of more than 107 bytes");
    private static final Malformed BAD_END = new Malformed("a line that does not end with CR and LF");
    private static final Malformed BAD_FAMILY = new Malformed("neither TCP4, TCP6 nor UNKNOWN");
    private static final Malformed BAD_FIELDS = new Malformed("not two addresses and two ports");
    private static final Malformed DATAGRAM = new Malformed("version 1 in a datagram");

    private V1Reader() {}

    /** Reads bytes that begin like {@link #PREFIX}. */
    static HeaderResult read(ByteBuffer bytes, Transport transport) {
        int from = bytes.position();
        int most = Math.min(bytes.remaining(), MOST_BYTES);
        int end = 0;
        while (end < most && bytes.get(from + end) != '\r' && bytes.get(from + end) != '\n') {
            end++;
        }
        if (end + 1 < most) {
            if (bytes.get(from + end) != '\r' || bytes.get(from + end + 1) != '\n') {
                return BAD_END;
            }
            return transport == Transport.TCP ? line(bytes, from + PREFIX.length, from + end, end + 2) : DATAGRAM;
        }
        if (most == MOST_BYTES) {
            return TOO_LONG;
        }
        return end < most && bytes.get(from + end) == '\n' ? BAD_END : NoHeader.NEED_MORE;
    }

    /** @param from where the prefix ends; {@code to} is where the line's text ends */
    private static HeaderResult line(ByteBuffer bytes, int from, int to, int length) {
        if (has(UNKNOWN, bytes, from, to)) {
            // The document has receivers ignore the rest of such a line.
            int after = from + UNKNOWN.length;
            boolean apart = after == to || bytes.get(after) == ' ';
            return apart ? new ProxyHeader(1, null, null, length) : BAD_FAMILY;
        }
        boolean ipv4 = has(TCP4, bytes, from, to);
        if (!ipv4 && !has(TCP6, bytes, from, to)) {
            return BAD_FAMILY;
        }
        Fields fields = new Fields(bytes, from + TCP4.length, to);
        InetAddress source = fields.address(ipv4);
        InetAddress destination = fields.address(ipv4);
        int sourcePort = fields.port();
        int destinationPort = fields.port();
        if (source == null || destination == null || sourcePort < 0 || destinationPort < 0 || !fields.areOver()) {
            return BAD_FIELDS;
        }
        return new ProxyHeader(
                1,
                new InetSocketAddress(source, sourcePort),
                new InetSocketAddress(destination, destinationPort),
                length);
    }

    private static boolean has(byte[] word, ByteBuffer bytes, int from, int to) {
        if (to - from < word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (bytes.get(from + i) != word[i]) {
                return false;
            }
        }
        return true;
    }

    /** The fields of a line, each ended by one space but for the last. */
    private static final class Fields {
        private final ByteBuffer bytes;
        private final int to;
        private int from;

        Fields(ByteBuffer bytes, int from, int to) {
            this.bytes = bytes;
            this.from = from;
            this.to = to;
        }

        /** Returns the next field, an address; null if it is none. */
        @Nullable
        InetAddress address(boolean ipv4) {
            int start = from;
            int end = next();
            return ipv4 ? AddressText.ipv4(bytes, start, end) : AddressText.ipv6(bytes, start, end);
        }

        /** Returns the next field, a port; -1 if it is none. */
        int port() {
            int start = from;
            int end = next();
            int port = AddressText.number(bytes, start, end, 5);
            return port <= 0xffff ? port : -1;
        }

        /** Returns whether the last field has been read, and nothing follows it. */
        boolean areOver() {
            return from == to + 1;
        }

        private int next() {
            int end = from;
            while (end < to && bytes.get(end) != ' ') {
                end++;
            }
            from = end + 1;
            return end;
        }
    }
}
