package dev.refractium.conformance.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** A ClientHello in the making. Oddities change its parts; lengths follow unless an oddity says otherwise. */
final class Hello {
    static final int SERVER_NAME = 0;
    static final int ALPN = 16;

    /** The name that an ordinary hello asks for. */
    final String name;

    /** Another name that a server serves. */
    final String other;

    final Random random;

    int recordVersion = 0x0301;
    int messageType = 1;
    int version = 0x0303;
    byte[] clientRandom = new byte[32];
    byte[] sessionId = new byte[0];
    byte[] ciphers = Bytes.uint16(0xc02f, 0xc030, 0xcca8, 0x009c, 0x009d, 0xc013, 0xc014, 0x002f);
    byte[] compressions = Bytes.of(0);
    final List<Extension> extensions = new ArrayList<>();
    boolean hasExtensions = true;

    /** Bytes behind the extensions, in the message. */
    byte[] tail = new byte[0];

    /** Bytes behind the message, in its last record. */
    byte[] behind = new byte[0];

    /** What is added to the length of the extensions, and to that of the message. */
    int extensionsError;

    int messageError;

    /** Makes records of the message and what is behind it. */
    UnaryOperator<byte[]> records = this::oneRecord;

    /** Bytes before and after the records. */
    byte[] first = new byte[0];

    byte[] last = new byte[0];

    /**
     * An extension.
     *
     * @param error what is added to its length
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Extension(int type, byte[] body, int error) {
        Extension(int type, byte[] body) {
            this(type, body, 0);
        }

        byte[] bytes() {
            return Bytes.join(Bytes.uint16(type), Bytes.uint16(body.length + error), body);
        }
    }

    /** Makes an ordinary hello: of TLS 1.2, or of TLS 1.3 with the harness's key. */
    Hello(String name, String other, boolean modern, Random random) {
        this.name = name;
        this.other = other;
        this.random = random;
        random.nextBytes(clientRandom);
        add(0xff01, Bytes.of(0));
        add(SERVER_NAME, Bytes.counted16(hostName(Bytes.latin1(name))));
        add(23, new byte[0]);
        add(10, Bytes.counted16(Bytes.uint16(0x001d, 0x0017)));
        add(11, Bytes.counted8(Bytes.of(0)));
        add(13, Bytes.counted16(Bytes.uint16(0x0804, 0x0403, 0x0401, 0x0501, 0x0601, 0x0201)));
        if (modern) {
            sessionId = new byte[32];
            random.nextBytes(sessionId);
            ciphers = Bytes.join(Bytes.uint16(0x1301, 0x1302, 0x1303), ciphers);
            add(43, Bytes.counted8(Bytes.uint16(0x0304, 0x0303)));
            add(45, Bytes.counted8(Bytes.of(1)));
            add(51, Bytes.counted16(Bytes.join(Bytes.uint16(0x001d), Bytes.counted16(HandshakeKeys.PUBLIC))));
        }
    }

    /** Returns an ordinary hello of TLS 1.2 that asks for the other name. */
    Hello another() {
        return new Hello(/* name= */ other, /* other= */ name, false, random);
    }

    /** Adds an extension behind the others. */
    void add(int type, byte[] body) {
        extensions.add(new Extension(type, body));
    }

    /** Puts an extension in the place of the one of its type, or behind the others. */
    void replace(Extension extension) {
        for (int i = 0; i < extensions.size(); i++) {
            if (extensions.get(i).type() == extension.type()) {
                extensions.set(i, extension);
                return;
            }
        }
        extensions.add(extension);
    }

    /** Sets the body of the extension with the server name. */
    void serverName(byte[] body) {
        replace(new Extension(SERVER_NAME, body));
    }

    void remove(int type) {
        extensions.removeIf(extension -> extension.type() == type);
    }

    /** Returns an entry of a list of server names. */
    static byte[] hostName(byte[] name) {
        return Bytes.join(Bytes.of(0), Bytes.counted16(name));
    }

    byte[] bytes() {
        return Bytes.join(first, records.apply(Bytes.join(message(), behind)), last);
    }

    /** Returns the handshake message with its header. */
    byte[] message() {
        byte[] all = Bytes.join(extensions.stream().map(Extension::bytes).toArray(byte[][]::new));
        byte[] body = Bytes.join(
                Bytes.uint16(version),
                clientRandom,
                Bytes.counted8(sessionId),
                Bytes.counted16(ciphers),
                Bytes.counted8(compressions),
                hasExtensions ? Bytes.join(Bytes.uint16(all.length + extensionsError), all) : new byte[0],
                tail);
        return Bytes.join(Bytes.of(messageType), Bytes.uint24(body.length + messageError), body);
    }

    byte[] oneRecord(byte[] payload) {
        return record(22, payload);
    }

    byte[] record(int type, byte[] payload) {
        return Bytes.join(Bytes.of(type), Bytes.uint16(recordVersion), Bytes.counted16(payload));
    }
}
