package dev.refractium.testkit;

import dev.refractium.api.Peek;
import dev.refractium.api.Transport;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Peek} over a byte array, of which a growing prefix has arrived. It counts every byte that is looked at, and
 * like the host's own peek it is dead outside a call. One thread at a time.
 */
public final class BytesPeek implements Peek {
    private final byte[] bytes;
    private final Transport transport;
    private int length;
    private final List<Integer> ends;
    private boolean isFinal;
    private boolean dead;
    private long note;
    private @Nullable Set<String> wanted;
    private long steps;

    private BytesPeek(byte[] bytes, Transport transport, boolean isFinal, List<Integer> ends) {
        this.bytes = bytes.clone();
        this.ends = ends;
        this.transport = transport;
        this.length = bytes.length;
        this.isFinal = isFinal;
    }

    /** All of {@code bytes} have arrived over TCP, and more may follow. The array is copied. */
    public static BytesPeek tcp(byte[] bytes) {
        return new BytesPeek(bytes, Transport.TCP, false, List.of());
    }

    /** One whole datagram. The array is copied. */
    public static BytesPeek udp(byte[] datagram) {
        return new BytesPeek(datagram, Transport.UDP, true, List.of(datagram.length));
    }

    /**
     * Several whole datagrams, one behind the other. More may follow until {@link #ended}. The arrays are copied.
     *
     * @param datagrams at least one
     */
    public static BytesPeek udp(List<byte[]> datagrams) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<Integer> ends = new ArrayList<>();
        for (byte[] datagram : datagrams) {
            bytes.writeBytes(datagram);
            ends.add(bytes.size());
        }
        return new BytesPeek(bytes.toByteArray(), Transport.UDP, false, List.copyOf(ends));
    }

    /** {@link #tcp} or {@link #udp}, by {@code transport}. */
    public static BytesPeek of(Transport transport, byte[] bytes) {
        return switch (transport) {
            case TCP -> tcp(bytes);
            case UDP -> udp(bytes);
        };
    }

    /** From now on only the first {@code length} bytes have arrived. */
    public BytesPeek first(int length) {
        this.length = Objects.checkIndex(length, bytes.length + 1);
        return this;
    }

    /** From now on nothing more will be waited for. */
    public BytesPeek ended() {
        isFinal = true;
        return this;
    }

    /** From now on {@link #note()} answers {@code value}. */
    public BytesPeek note(long value) {
        note = value;
        return this;
    }

    /** From now on only these attributes of the protocol are looked at. */
    public BytesPeek wanting(String... attributes) {
        wanted = Set.of(attributes);
        return this;
    }

    /** From now on every use throws {@link IllegalStateException}, as after the host's call has returned. */
    public BytesPeek dead() {
        dead = true;
        return this;
    }

    /** How many bytes have been looked at since this peek was made; a byte that is looked at twice counts twice. */
    public long steps() {
        return steps;
    }

    @Override
    public Transport transport() {
        return alive().transport;
    }

    @Override
    public int length() {
        return alive().length;
    }

    @Override
    public int datagrams() {
        return alive().ends.size();
    }

    @Override
    public int datagramEnd(int datagram) {
        return alive().ends.get(datagram);
    }

    @Override
    public boolean isFinal() {
        return alive().isFinal;
    }

    @Override
    public long note() {
        return alive().note;
    }

    @Override
    public boolean wantsAttributes() {
        Set<String> only = alive().wanted;
        return only == null || !only.isEmpty();
    }

    @Override
    public boolean wants(String attribute) {
        Set<String> only = alive().wanted;
        return only == null || only.contains(attribute);
    }

    @Override
    public int byteAt(int index) {
        alive();
        steps++;
        return bytes[Objects.checkIndex(index, length)] & 0xff;
    }

    @Override
    public String ascii(int from, int to) {
        Objects.checkFromToIndex(from, to, length());
        steps += to - from;
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private BytesPeek alive() {
        if (dead) {
            throw new IllegalStateException(
                    "this peek is dead: identify has returned; read what you need before it does");
        }
        return this;
    }
}
