package dev.refractium.plugins.capture;

import dev.refractium.api.Chunk;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import java.nio.ByteBuffer;

/** A UDP session, a packet for each datagram. */
final class Datagrams implements Tap {
    private final CaptureFile file;
    private final Session session;
    private boolean begun;

    Datagrams(CaptureFile file, Session session) {
        this.file = file;
        this.session = session;
    }

    @Override
    public void data(Chunk chunk) {
        ByteBuffer packet = Packet.udp(Ends.of(session, chunk.direction()), chunk.bytes());
        file.write(Blocks.packet(chunk.at(), chunk.direction(), packet, begun ? "" : Remark.of(session)));
        begun = true;
    }

    @Override
    public void closed(SessionEnd end) {
        // The end of a flow is no packet.
    }
}
