package dev.refractium.server.identify;

import dev.refractium.api.Peek;
import dev.refractium.api.Transport;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A peek over a byte array, reused from session to session by its loop. Between two questions it is dead: any use
 * throws. One thread.
 */
public final class BytePeek implements Peek {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] DEAD = new byte[0];

    private final Transport transport;
    private byte[] bytes = DEAD;
    private int length;
    private boolean last;
    private long note;
    private @Nullable Set<String> wanted;

    public BytePeek(Transport transport) {
        this.transport = transport;
    }

    /**
     * Shows the first {@code length} bytes of {@code bytes}, which stay the caller's.
     *
     * @param last whether nothing more will be waited for
     */
    public BytePeek over(byte[] bytes, int length, boolean last) {
        Objects.checkFromIndexSize(0, length, bytes.length);
        this.note = 0;
        this.bytes = bytes;
        this.length = length;
        this.last = last;
        return this;
    }

    /** Lets go of the bytes. */
    public void clear() {
        bytes = DEAD;
        length = 0;
    }

    @Override
    public Transport transport() {
        return transport;
    }

    @Override
    public int length() {
        if (bytes == DEAD) {
            throw new IllegalStateException("this peek is dead: identify has returned");
        }
        return length;
    }

    @Override
    public boolean isFinal() {
        return last;
    }

    @Override
    public long note() {
        return note;
    }

    @Override
    public boolean wantsAttributes() {
        return wanted == null || !wanted.isEmpty();
    }

    @Override
    public boolean wants(String attribute) {
        return wanted == null || wanted.contains(attribute);
    }

    /** Turns to the protocol that is asked next: what it noted, and which of its attributes are wanted. */
    void turnTo(long note, Set<String> wanted) {
        this.note = note;
        this.wanted = wanted;
    }

    @Override
    public int byteAt(int index) {
        return bytes[Objects.checkIndex(index, length)] & 0xff;
    }

    @Override
    public int uint16(int index) {
        check(index, 2);
        return (short) SHORT.get(bytes, index) & 0xffff;
    }

    @Override
    public int uint24(int index) {
        check(index, 3);
        return ((short) SHORT.get(bytes, index) & 0xffff) << 8 | (bytes[index + 2] & 0xff);
    }

    @Override
    public long uint32(int index) {
        check(index, 4);
        return (int) INT.get(bytes, index) & 0xffff_ffffL;
    }

    @Override
    public long int64(int index) {
        check(index, 8);
        return (long) LONG.get(bytes, index);
    }

    /** As the JDK's, which takes three times the instructions: it does not trust size and length. */
    private void check(int index, int size) {
        if (index < 0 || index > length - size) {
            throw new IndexOutOfBoundsException(index);
        }
    }

    @Override
    public Fit startsWith(byte[] prefix, int offset) {
        int there = Math.max(0, Math.min(prefix.length, length() - offset));
        for (int i = 0; i < there; i++) {
            if (bytes[offset + i] != prefix[i]) {
                return Fit.NO;
            }
        }
        return there == prefix.length ? Fit.YES : Fit.SO_FAR;
    }

    @Override
    public String ascii(int from, int to) {
        Objects.checkFromToIndex(from, to, length);
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
