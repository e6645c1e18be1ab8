package dev.refractium.plugins.capture;

import dev.refractium.api.Chunk;
import dev.refractium.api.Direction;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * A TCP session as the packets that could have carried it: a handshake, a segment for each piece that was read, the end.
 * A byte's sequence number is its place in the stream, one for the handshake added, so that what is missing shows as
 * missing.
 */
final class Stream implements Tap {
    /** A packet's length must fit 16 bits. */
    private static final int LARGEST = 32 << 10;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final CaptureFile file;
    private final Session session;
    private final long firstBytes;

    /** The sequence number that comes next, of each side. */
    private long client;

    private long backend;

    Stream(CaptureFile file, Session session, long firstBytes) {
        this.file = file;
        this.session = session;
        this.firstBytes = firstBytes;
        Instant at = session.began();
        write(at, Direction.FROM_CLIENT, new Packet.Segment(0, 0, Packet.SYN), NOTHING, Remark.of(session));
        client = 1;
        send(at, Direction.FROM_BACKEND, Packet.SYN | Packet.ACK, NOTHING);
        backend = 1;
        send(at, Direction.FROM_CLIENT, Packet.ACK, NOTHING);
    }

    @Override
    public void data(Chunk chunk) {
        ByteBuffer bytes = chunk.bytes();
        long end = chunk.offset() + bytes.remaining();
        bytes.limit((int) Math.min(bytes.remaining(), firstBytes - chunk.offset()));
        reach(chunk.direction(), chunk.offset());
        while (bytes.hasRemaining()) {
            ByteBuffer piece = bytes.slice(bytes.position(), Math.min(LARGEST, bytes.remaining()));
            bytes.position(bytes.position() + piece.remaining());
            int flags = bytes.hasRemaining() ? Packet.ACK : Packet.ACK | Packet.PSH;
            int length = piece.remaining();
            send(chunk.at(), chunk.direction(), flags, piece);
            reach(chunk.direction(), next(chunk.direction()) - 1 + length);
        }
        reach(chunk.direction(), end);
    }

    @Override
    public void lost(Direction direction, long bytes) {
        reach(direction, next(direction) - 1 + bytes);
    }

    @Override
    public void closed(SessionEnd end) {
        Instant at = session.began().plus(end.toEnd());
        reach(Direction.FROM_CLIENT, end.bytes(Direction.FROM_CLIENT));
        reach(Direction.FROM_BACKEND, end.bytes(Direction.FROM_BACKEND));
        switch (end.cause()) {
            case "done" -> {
                send(at, Direction.FROM_CLIENT, Packet.FIN | Packet.ACK, NOTHING);
                client++;
                send(at, Direction.FROM_BACKEND, Packet.FIN | Packet.ACK, NOTHING);
                backend++;
                send(at, Direction.FROM_CLIENT, Packet.ACK, NOTHING);
            }
            case "client-reset" -> send(at, Direction.FROM_CLIENT, Packet.RST | Packet.ACK, NOTHING);
            default -> send(at, Direction.FROM_BACKEND, Packet.RST | Packet.ACK, NOTHING);
        }
    }

    private void send(Instant at, Direction direction, int flags, ByteBuffer payload) {
        Packet.Segment segment = switch (direction) {
            case FROM_CLIENT -> new Packet.Segment(client, backend, flags);
            case FROM_BACKEND -> new Packet.Segment(backend, client, flags);
        };
        write(at, direction, segment, payload, "");
    }

    private void write(Instant at, Direction direction, Packet.Segment segment, ByteBuffer payload, String remark) {
        ByteBuffer packet = Packet.tcp(Ends.of(session, direction), segment, payload);
        file.write(Blocks.packet(at, direction, packet, remark));
    }

    private long next(Direction direction) {
        return switch (direction) {
            case FROM_CLIENT -> client;
            case FROM_BACKEND -> backend;
        };
    }

    private void reach(Direction direction, long offset) {
        switch (direction) {
            case FROM_CLIENT -> client = offset + 1;
            case FROM_BACKEND -> backend = offset + 1;
        }
    }
}
