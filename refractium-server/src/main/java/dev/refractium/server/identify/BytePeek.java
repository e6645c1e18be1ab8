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
 * A peek over a byte array, reused from session to session by its loop. It may be used only while a protocol is being
 * asked: at any other time it throws. One thread.
 */
public final class BytePeek implements Peek {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] DEAD = new byte[0];
    private static final int[] NO_ENDS = new int[0];

    private final Transport transport;
    private byte[] bytes = DEAD;
    private int length;
    private boolean last;

    /** Where each datagram ends; empty unless {@link #overDatagrams} gave them. */
    private int[] ends = NO_ENDS;

    private int count;

    /** How many of the datagrams the current protocol sees. */
    private int shown;

    private boolean waitOver;
    private long note;
    private @Nullable Set<String> wanted;

    public BytePeek(Transport transport) {
        this.transport = transport;
    }

    /**
     * Shows the first {@code length} bytes of {@code bytes}, which the caller still owns.
     *
     * @param last whether no more bytes will be waited for
     */
    public BytePeek over(byte[] bytes, int length, boolean last) {
        Objects.checkFromIndexSize(0, length, bytes.length);
        this.note = 0;
        this.bytes = bytes;
        this.length = length;
        this.last = last;
        this.ends = NO_ENDS;
        return this;
    }

    /**
     * Shows datagrams, one after the other in {@code bytes}; a protocol sees as many of them as it asks for, and only
     * the first until the peek is turned to a protocol. The caller still owns the arrays.
     *
     * @param ends where each datagram ends
     * @param count how many there are, at least 1
     * @param waitOver whether no more datagrams will be waited for
     */
    public BytePeek overDatagrams(byte[] bytes, int[] ends, int count, boolean waitOver) {
        over(bytes, ends[0], true);
        Objects.checkFromIndexSize(0, ends[count - 1], bytes.length);
        this.ends = ends;
        this.count = count;
        this.waitOver = waitOver;
        return this;
    }

    /** Releases the bytes. */
    public void clear() {
        bytes = DEAD;
        length = 0;
        ends = NO_ENDS;
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

    @Override
    public int datagrams() {
        return ends == NO_ENDS ? Peek.super.datagrams() : shown;
    }

    @Override
    public int datagramEnd(int datagram) {
        return ends == NO_ENDS ? Peek.super.datagramEnd(datagram) : ends[Objects.checkIndex(datagram, shown)];
    }

    /** Turns to the next protocol to ask, whose last note is {@code note}. */
    void turnTo(Candidate candidate, long note) {
        this.note = note;
        this.wanted = candidate.wanted();
        if (ends != NO_ENDS) {
            int most = candidate.datagrams();
            shown = Math.min(count, most);
            length = ends[shown - 1];
            last = waitOver || count >= most;
        }
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

    /** Equal to the JDK's check, which takes three times the instructions, since it does not trust size and length. */
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
