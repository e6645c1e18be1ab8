package dev.refractium.plugins.tls;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntUnaryOperator;

/** Builds ClientHellos, good and bad ones. */
final class Hello {
    private static final int RANDOM_AND_VERSION = 34;

    private byte[] sessionId = new byte[32];
    private byte[] ciphers = {0x13, 1, 0x13, 2};
    private byte[] compressions = {0};
    private byte[] extensions = new byte[0];
    private boolean hasExtensions = true;
    private int version = 3;

    static Hello hello() {
        return new Hello();
    }

    Hello withoutExtensions() {
        hasExtensions = false;
        return this;
    }

    Hello version(int major) {
        version = major;
        return this;
    }

    Hello sessionId(int length) {
        sessionId = new byte[length];
        return this;
    }

    Hello ciphers(int bytes) {
        ciphers = new byte[bytes];
        return this;
    }

    Hello compressions(int count) {
        compressions = new byte[count];
        return this;
    }

    /** An extension with this body. */
    Hello extension(int type, byte[] body) {
        extensions = join(extensions, uint16(type), uint16(body.length), body);
        return this;
    }

    /** Bytes where an extension is expected. */
    Hello junk(byte... bytes) {
        extensions = join(extensions, bytes);
        return this;
    }

    Hello sni(String name) {
        return extension(0, nameList(name(name)));
    }

    Hello alpn(String... protocols) {
        byte[] list = new byte[0];
        for (String protocol : protocols) {
            list = join(list, new byte[] {(byte) protocol.length()}, latin1(protocol));
        }
        return extension(16, join(uint16(list.length), list));
    }

    /** The handshake message, its header included. */
    byte[] message() {
        byte[] body = join(
                new byte[] {(byte) version, 3},
                new byte[RANDOM_AND_VERSION - 2],
                new byte[] {(byte) sessionId.length},
                sessionId,
                uint16(ciphers.length),
                ciphers,
                new byte[] {(byte) compressions.length},
                compressions,
                hasExtensions ? join(uint16(extensions.length), extensions) : new byte[0]);
        return join(new byte[] {1, 0}, uint16(body.length), body);
    }

    /** In one record. */
    byte[] bytes() {
        byte[] message = message();
        return join(record(message, 0, message.length));
    }

    /** In records; {@code size} says how many bytes go into the one that begins at an index of the message. */
    static byte[] inRecords(byte[] message, IntUnaryOperator size) {
        byte[] records = new byte[0];
        for (int at = 0; at < message.length; ) {
            int next = Math.min(message.length, at + size.applyAsInt(at));
            records = join(records, record(message, at, next));
            at = next;
        }
        return records;
    }

    static byte[] record(byte[] message, int from, int to) {
        byte[] part = new byte[to - from];
        System.arraycopy(message, from, part, 0, part.length);
        return join(new byte[] {0x16, 3, 1}, uint16(part.length), part);
    }

    static byte[] nameList(byte[] names) {
        return join(uint16(names.length), names);
    }

    static byte[] name(String name) {
        return join(new byte[] {0}, uint16(name.length()), latin1(name));
    }

    static byte[] uint16(int value) {
        return new byte[] {(byte) (value >> 8), (byte) value};
    }

    static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }
}
