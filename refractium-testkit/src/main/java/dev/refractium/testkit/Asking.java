package dev.refractium.testkit;

import dev.refractium.api.Identification;
import dev.refractium.api.Identification.Verdict;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * How one protocol answered while the bytes of a session arrived: asked as the host asks, which is after each segment,
 * with the note of the last answer, not before {@code atLeast} bytes are there, and not again once it has decided.
 *
 * @param answer the last one; NEED_MORE or RECOGNISED where the bytes did not settle it
 * @param bytes how many bytes had arrived when {@code answer} fell
 * @param segments how many segments had arrived by then
 * @param steps how many bytes the protocol looked at, in all asks together
 */
public record Asking(Identification answer, int bytes, int segments, long steps) {
    /** Bytes looked at for each one that arrived, and for each segment: the most that is linear. */
    private static final int STEPS_A_BYTE = 4;

    private static final int STEPS_A_SEGMENT = 64;

    /** The bytes of {@code stream} arrive over TCP in segments that end at {@code ends}, each larger than the last. */
    public static Asking overTcp(Protocol protocol, byte[] stream, List<Integer> ends) {
        BytesPeek peek = BytesPeek.tcp(stream);
        Identification answer = Identification.needMore(0);
        int segments = 0;
        int bytes = 0;
        for (int end : ends) {
            segments++;
            if (end < answer.atLeast()) {
                continue;
            }
            bytes = end;
            answer = protocol.identify(peek.first(end).note(answer.note()));
            if (isDecided(answer)) {
                break;
            }
        }
        return new Asking(answer, bytes, segments, peek.dead().steps());
    }

    /** The first datagram of a session arrives, whole, and no other. */
    public static Asking overUdp(Protocol protocol, byte[] datagram) {
        BytesPeek peek = BytesPeek.udp(datagram);
        Identification answer = protocol.identify(peek);
        return new Asking(answer, datagram.length, 1, peek.dead().steps());
    }

    /**
     * Datagrams of a session arrive, one after the other: the protocol is asked after each, until it decides or has as many
     * as it asks for; if they run out before, no more is waited for.
     *
     * @param datagrams at least one
     */
    public static Asking overUdp(Protocol protocol, List<byte[]> datagrams) {
        int most = Math.min(protocol.datagrams(), datagrams.size());
        Identification answer = Identification.needMore(0);
        long steps = 0;
        int bytes = 0;
        int count = 0;
        while (count < most && !isDecided(answer)) {
            bytes += datagrams.get(count).length;
            count++;
            BytesPeek peek = BytesPeek.udp(datagrams.subList(0, count)).note(answer.note());
            answer = protocol.identify(count == protocol.datagrams() ? peek.ended() : peek);
            steps += peek.dead().steps();
        }
        if (!isDecided(answer) && count < protocol.datagrams()) {
            BytesPeek peek = BytesPeek.udp(datagrams.subList(0, count)).note(answer.note());
            answer = protocol.identify(peek.ended());
            steps += peek.dead().steps();
        }
        return new Asking(answer, bytes, count, steps);
    }

    /** The bytes arrive at once. */
    public static Asking allAtOnce(Protocol protocol, Transport transport, byte[] bytes) {
        return transport == Transport.UDP ? overUdp(protocol, bytes) : overTcp(protocol, bytes, List.of(bytes.length));
    }

    /** The bytes arrive over TCP, one in each segment. */
    public static Asking byteByByte(Protocol protocol, byte[] stream) {
        return inPieces(protocol, stream, at -> 1);
    }

    /** The bytes arrive over TCP; {@code size} says how long the segment is that begins at an index. */
    public static Asking inPieces(Protocol protocol, byte[] stream, IntUnaryOperator size) {
        List<Integer> ends = new ArrayList<>();
        for (int at = 0; at < stream.length; ) {
            at = Math.min(stream.length, at + Math.max(1, size.applyAsInt(at)));
            ends.add(at);
        }
        return overTcp(protocol, stream, ends);
    }

    /** Whether more bytes cannot change {@code answer}. */
    public static boolean isDecided(Identification answer) {
        return switch (answer.verdict()) {
            case NO_MATCH, MATCH, UNREADABLE -> true;
            case NEED_MORE, RECOGNISED -> false;
        };
    }

    /** Whether no bytes were looked at again and again. */
    public boolean isLinear() {
        return steps <= (long) STEPS_A_BYTE * bytes + (long) STEPS_A_SEGMENT * segments;
    }

    /** Whether the other asking ended with the same words: verdict, attributes and reason, not the same count of bytes. */
    public boolean agreesWith(Asking other) {
        return same(answer, other.answer);
    }

    static boolean same(Identification one, Identification other) {
        return one.verdict() == other.verdict()
                && one.attributes().equals(other.attributes())
                && one.isOddName() == other.isOddName()
                && one.reason().equals(other.reason());
    }

    /** Whether {@code after} may be the answer once bytes are added to those that were answered by {@code before}. */
    static boolean mayFollow(Identification before, Identification after) {
        return switch (before.verdict()) {
            case NEED_MORE -> true;
            case RECOGNISED -> after.verdict().compareTo(Verdict.RECOGNISED) >= 0;
            case NO_MATCH, MATCH, UNREADABLE -> same(before, after);
        };
    }
}
