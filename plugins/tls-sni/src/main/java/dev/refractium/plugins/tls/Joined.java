package dev.refractium.plugins.tls;

import dev.refractium.api.Peek;
import dev.refractium.api.Transport;
import java.nio.charset.StandardCharsets;

/** A hello that came in several records, put together: seen like one that came in a single one. */
final class Joined implements Peek {
    private final byte[] bytes;
    private final Peek records;

    /**
     * Takes over {@code bytes}.
     *
     * @param records where they came from
     */
    Joined(byte[] bytes, Peek records) {
        this.bytes = bytes;
        this.records = records;
    }

    @Override
    public Transport transport() {
        return Transport.TCP;
    }

    @Override
    public int length() {
        return bytes.length;
    }

    @Override
    public boolean isFinal() {
        return true;
    }

    @Override
    public boolean wants(String attribute) {
        return records.wants(attribute);
    }

    @Override
    public int byteAt(int index) {
        return bytes[index] & 0xff;
    }

    @Override
    public String ascii(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
