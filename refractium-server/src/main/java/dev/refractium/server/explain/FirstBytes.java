package dev.refractium.server.explain;

import dev.refractium.api.Transport;
import dev.refractium.server.identify.Candidate;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The first bytes of a client.
 *
 * @param segments as they arrived: pieces of the stream on TCP, datagrams on UDP, of which a protocol sees as many as
 *     it asks for; the caller still owns the arrays, which are only read
 */
public record FirstBytes(Transport transport, List<byte[]> segments) {
    public FirstBytes {
        segments = List.copyOf(segments);
    }

    /** Returns bytes that arrived in one piece. */
    public static FirstBytes of(Transport transport, byte[] bytes) {
        return new FirstBytes(transport, List.of(bytes));
    }

    /** Returns the part that identification sees, with the ends of its pieces; at most {@code peekSize} bytes of a stream. */
    Seen seen(int peekSize) {
        if (transport == Transport.UDP) {
            return seenDatagrams(segments.isEmpty() ? List.of(new byte[0]) : segments);
        }
        int there = (int) Math.min(
                peekSize, segments.stream().mapToLong(piece -> piece.length).sum());
        byte[] bytes = new byte[there];
        List<Integer> ends = new ArrayList<>();
        int end = 0;
        for (byte[] piece : segments) {
            int taken = Math.min(piece.length, there - end);
            System.arraycopy(piece, 0, bytes, end, taken);
            end += taken;
            if (taken > 0) {
                ends.add(end);
            }
        }
        return new Seen(transport, bytes, ends, there == peekSize);
    }

    private static Seen seenDatagrams(List<byte[]> datagrams) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<Integer> ends = new ArrayList<>();
        datagrams.stream().limit(Candidate.MOST_DATAGRAMS).forEach(datagram -> {
            bytes.writeBytes(datagram);
            ends.add(bytes.size());
        });
        return new Seen(Transport.UDP, bytes.toByteArray(), ends, false);
    }

    /**
     * The part that identification sees.
     *
     * @param ends how many bytes are there after each piece
     * @param complete whether its last byte is known to be the last: a full peek
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Seen(Transport transport, byte[] bytes, List<Integer> ends, boolean complete) {}
}
