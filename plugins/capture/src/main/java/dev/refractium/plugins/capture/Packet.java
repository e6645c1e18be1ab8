package dev.refractium.plugins.capture;

import java.nio.ByteBuffer;

/** IP packets as a network would have carried them (RFC 791, 8200, 9293 and 768), with checksums that hold. */
final class Packet {
    static final int FIN = 0x01;
    static final int SYN = 0x02;
    static final int RST = 0x04;
    static final int PSH = 0x08;
    static final int ACK = 0x10;

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int TCP_HEADER = 20;
    private static final int UDP_HEADER = 8;
    private static final int WINDOW = 65_535;
    private static final int HOPS = 64;

    /** The largest there is (RFC 7323): no receiver shall seem to be full. */
    private static final int WINDOW_SCALE = 0x0103030E;

    private Packet() {}

    /** What a TCP segment says beside its bytes; sequence numbers modulo 2 to the 32. */
    record Segment(long sequence, long acknowledged, int flags) {}

    /**
     * A segment, from its IP header on.
     *
     * @param payload read to its end
     */
    static ByteBuffer tcp(Ends ends, Segment segment, ByteBuffer payload) {
        boolean syn = (segment.flags() & SYN) != 0;
        int header = syn ? TCP_HEADER + 4 : TCP_HEADER;
        ByteBuffer packet = begin(ends, TCP, header + payload.remaining());
        int at = packet.position();
        packet.putShort((short) ends.fromPort()).putShort((short) ends.toPort());
        packet.putInt((int) segment.sequence()).putInt((int) segment.acknowledged());
        // The header's length in words of four bytes, in the upper half.
        packet.put((byte) (header << 2)).put((byte) segment.flags());
        packet.putShort((short) WINDOW).putShort((short) 0).putShort((short) 0);
        if (syn) {
            packet.putInt(WINDOW_SCALE);
        }
        packet.put(payload);
        packet.putShort(at + 16, checksum(ends, TCP, packet, at));
        return packet.rewind();
    }

    /**
     * A datagram, from its IP header on.
     *
     * @param payload read to its end
     */
    static ByteBuffer udp(Ends ends, ByteBuffer payload) {
        int length = UDP_HEADER + payload.remaining();
        ByteBuffer packet = begin(ends, UDP, length);
        int at = packet.position();
        packet.putShort((short) ends.fromPort()).putShort((short) ends.toPort());
        packet.putShort((short) length).putShort((short) 0);
        packet.put(payload);
        short sum = checksum(ends, UDP, packet, at);
        // Zero would say that there is none.
        packet.putShort(at + 6, sum == 0 ? (short) 0xffff : sum);
        return packet.rewind();
    }

    private static ByteBuffer begin(Ends ends, int protocol, int length) {
        return ends.isIpv6() ? ipv6(ends, protocol, length) : ipv4(ends, protocol, length);
    }

    private static ByteBuffer ipv4(Ends ends, int protocol, int length) {
        ByteBuffer packet = ByteBuffer.allocate(20 + length);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) (20 + length));
        packet.putShort((short) 0).putShort((short) 0x4000);
        packet.put((byte) HOPS).put((byte) protocol).putShort((short) 0);
        packet.put(ends.from()).put(ends.to());
        packet.putShort(10, complement(sum(packet, 0, 20)));
        return packet;
    }

    private static ByteBuffer ipv6(Ends ends, int protocol, int length) {
        ByteBuffer packet = ByteBuffer.allocate(40 + length);
        packet.putInt(0x60000000).putShort((short) length).put((byte) protocol).put((byte) HOPS);
        return packet.put(ends.from()).put(ends.to());
    }

    /** Of what begins {@code at}, with the addresses that it is bound to. */
    private static short checksum(Ends ends, int protocol, ByteBuffer packet, int at) {
        ByteBuffer bound = ByteBuffer.allocate(ends.from().length + ends.to().length);
        bound.put(ends.from()).put(ends.to());
        int length = packet.limit() - at;
        return complement(sum(bound, 0, bound.limit()) + protocol + length + sum(packet, at, packet.limit()));
    }

    private static long sum(ByteBuffer bytes, int from, int to) {
        long sum = 0;
        int at = from;
        for (; at + 1 < to; at += 2) {
            sum += bytes.getShort(at) & 0xffff;
        }
        return at < to ? sum + ((bytes.get(at) & 0xff) << 8) : sum;
    }

    private static short complement(long sum) {
        long folded = sum;
        while (folded > 0xffff) {
            folded = (folded & 0xffff) + (folded >> 16);
        }
        return (short) ~folded;
    }
}
