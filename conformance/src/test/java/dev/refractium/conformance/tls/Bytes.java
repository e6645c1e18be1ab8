package dev.refractium.conformance.tls;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Puts bytes together, big-endian as TLS has them. */
final class Bytes {
    private Bytes() {}

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }

    static byte[] of(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    static byte[] uint16(int... values) {
        byte[] bytes = new byte[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[2 * i] = (byte) (values[i] >> 8);
            bytes[2 * i + 1] = (byte) values[i];
        }
        return bytes;
    }

    static byte[] uint24(int value) {
        return of(value >> 16, value >> 8, value);
    }

    /** Returns the bytes with their count before them, in one byte. */
    static byte[] counted8(byte[] bytes) {
        return join(of(bytes.length), bytes);
    }

    /** Returns the bytes with their count before them, in two bytes. */
    static byte[] counted16(byte[] bytes) {
        return join(uint16(bytes.length), bytes);
    }

    static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static int uint16At(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
    }

    static int uint24At(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 16 | uint16At(bytes, at + 1);
    }
}
