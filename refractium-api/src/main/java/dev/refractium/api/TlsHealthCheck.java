package dev.refractium.api;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** See {@link HealthCheck#tls}. One check, one thread. */
final class TlsHealthCheck implements HealthCheck {
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int SERVER_HELLO = 2;
    private static final int RECORD_HEADER = 5;

    /** The longest record of TLS 1.2, whose protection may add 2 KiB (RFC 5246, section 6.2.3). */
    private static final int LONGEST_RECORD = (1 << 14) + 2048;

    /** The suites of TLS 1.3 and the usual ones of TLS 1.2, as ordinary clients offer them. */
    private static final String SUITES = "130113021303c02bc02fc02cc030cca9cca8c013c014009c009d002f0035";

    /**
     * Groups x25519, P-256 and P-384; points uncompressed; the usual signatures; TLS 1.3 and 1.2; resumption with a key
     * exchange; extended master secret; secure renegotiation.
     */
    private static final String EXTENSIONS = "000a00080006001d00170018"
            + "000b00020100"
            + "000d0018001604030503060308070804080508060401050106010201"
            + "002b00050403040303"
            + "002d00020101"
            + "00170000"
            + "ff01000100";

    /** A user has cancelled the handshake, and no more will be sent (RFC 8446, section 6.1). */
    private static final byte[] LEAVE = HexFormat.of().parseHex("1503030002015a" + "15030300020100");

    private final Optional<String> serverName;
    private boolean answered;

    TlsHealthCheck(Optional<String> serverName) {
        this.serverName = serverName;
    }

    @Override
    public byte[] opening() {
        Bytes body = new Bytes().hex("0303").random(32).hex("00");
        body.sized(2, new Bytes().hex(SUITES)).hex("0100");
        Bytes extensions = new Bytes();
        serverName.ifPresent(name -> extensions.hex("0000").sized(2, serverName(name)));
        extensions.hex(EXTENSIONS);
        extensions.hex("00330026" + "0024001d0020").random(32);
        body.sized(2, extensions);
        return new Bytes()
                .hex("160301")
                .sized(2, new Bytes().hex("01").sized(3, body))
                .toByteArray();
    }

    @Override
    public Verdict judge(Peek answer) {
        int length = answer.length();
        int kind = length > 0 ? answer.byteAt(0) : HANDSHAKE;
        if ((kind != HANDSHAKE && kind != ALERT)
                || (length > 1 && answer.byteAt(1) != 3)
                || (length > 2 && answer.byteAt(2) > 4)) {
            return Verdict.FOREIGN;
        }
        if (length < RECORD_HEADER) {
            return Verdict.NEED_MORE;
        }
        int size = answer.uint16(3);
        if (kind == ALERT ? size != 2 : size < 4 || size > LONGEST_RECORD) {
            return Verdict.FOREIGN;
        }
        if (length == RECORD_HEADER) {
            return Verdict.NEED_MORE;
        }
        answered = kind == HANDSHAKE;
        int first = answer.byteAt(RECORD_HEADER);
        boolean fits = answered ? first == SERVER_HELLO : first == 1 || first == 2;
        return fits ? Verdict.ALIVE : Verdict.FOREIGN;
    }

    /** A server that has sent an alert has closed the connection already. */
    @Override
    public byte[] closing() {
        return answered ? LEAVE.clone() : new byte[0];
    }

    private static Bytes serverName(String name) {
        Bytes host = new Bytes().text(name);
        return new Bytes().sized(2, new Bytes().hex("00").sized(2, host));
    }

    /** Bytes that are put together. */
    private static final class Bytes {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Bytes hex(String digits) {
            bytes.writeBytes(HexFormat.of().parseHex(digits));
            return this;
        }

        Bytes text(String ascii) {
            bytes.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
            return this;
        }

        /** Adds random bytes, which need not be secret: the connection never gets as far as a key. */
        Bytes random(int count) {
            byte[] random = new byte[count];
            ThreadLocalRandom.current().nextBytes(random);
            bytes.writeBytes(random);
            return this;
        }

        /** Adds a part behind its length in {@code width} bytes. */
        Bytes sized(int width, Bytes part) {
            byte[] content = part.toByteArray();
            for (int i = width - 1; i >= 0; i--) {
                bytes.write(content.length >>> (8 * i));
            }
            bytes.writeBytes(content);
            return this;
        }

        byte[] toByteArray() {
            return bytes.toByteArray();
        }
    }
}
