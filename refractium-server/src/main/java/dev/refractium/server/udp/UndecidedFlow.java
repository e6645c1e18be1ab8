package dev.refractium.server.udp;

import dev.refractium.server.generation.Generation;
import dev.refractium.server.identify.Candidate;
import dev.refractium.server.identify.Inquiry;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The stage of a client whose datagrams have not decided yet where they go, since a protocol asks for another one. They
 * are held until it comes or the peek timeout is over. Loop thread only.
 */
final class UndecidedFlow extends Stage {
    /** Bytes that count for an undecided client beside its datagrams, which may be empty. */
    static final int OVERHEAD = 512;

    private final UdpPeek owner;
    private final Clients.Key key;
    private final Generation generation;
    private final Inquiry inquiry;
    private final long began = System.nanoTime();
    private final int[] ends = new int[Candidate.MOST_DATAGRAMS];
    private byte[] bytes = new byte[0];
    private int count;

    /** @param generation leased, as long as the client is undecided */
    UndecidedFlow(UdpPeek owner, Clients.Key key, Generation generation, Inquiry inquiry) {
        this.owner = owner;
        this.key = key;
        this.generation = generation;
        this.inquiry = inquiry;
    }

    @Override
    Clients.Key key() {
        return key;
    }

    Generation generation() {
        return generation;
    }

    /** Returns how far its identification has come. */
    Inquiry inquiry() {
        return inquiry;
    }

    /** Returns when its first datagram came, by {@link System#nanoTime}. */
    long began() {
        return began;
    }

    /** Adds a copy of a datagram; there are fewer than {@link Candidate#MOST_DATAGRAMS}. */
    void add(ByteBuffer datagram) {
        int length = datagram.remaining();
        bytes = Arrays.copyOf(bytes, bytes.length + length);
        datagram.get(datagram.position(), bytes, bytes.length - length, length);
        ends[count++] = bytes.length;
    }

    /** Returns the datagrams, one behind the other. */
    byte[] bytes() {
        return bytes;
    }

    /** Returns where each datagram ends. */
    int[] ends() {
        return ends;
    }

    /** Returns how many datagrams there are. */
    int count() {
        return count;
    }

    /** Puts a datagram into {@code buffer}, which is returned to be read. */
    ByteBuffer copy(int datagram, ByteBuffer buffer) {
        int from = datagram == 0 ? 0 : ends[datagram - 1];
        return buffer.put(bytes, from, ends[datagram] - from).flip();
    }

    /** Returns how many bytes count for it. */
    int held() {
        return OVERHEAD + bytes.length;
    }

    @Override
    void received(ByteBuffer datagram) {
        if (key.listener().isServing()) {
            owner.received(this, datagram);
        }
    }

    /** Its wait ends without a flow, since none begins any more. */
    @Override
    void drain() {}

    @Override
    protected void expired() {
        owner.waitOver(this);
    }

    @Override
    protected void failed() {
        owner.cut(this);
    }
}
