package dev.refractium.plugins.capture;

import dev.refractium.api.Direction;
import dev.refractium.api.Session;
import dev.refractium.api.Transport;
import dev.refractium.plugins.parts.hook.RefusalLimit;
import java.nio.ByteBuffer;

/** A session that was refused, as packets without its bytes: a connection that is reset, or an empty datagram. */
final class Refused {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private Refused() {}

    static void write(CaptureFile file, RefusalLimit.Refusal refused) {
        Session session = refused.session();
        String remark = Remark.of(session, refused.end().cause(), refused.count());
        Ends asked = Ends.of(session, Direction.FROM_CLIENT);
        if (session.transport() == Transport.UDP) {
            write(file, session, Direction.FROM_CLIENT, Packet.udp(asked, NOTHING.duplicate()), remark);
            return;
        }
        Packet.Segment syn = new Packet.Segment(0, 0, Packet.SYN);
        Packet.Segment reset = new Packet.Segment(0, 1, Packet.RST | Packet.ACK);
        write(file, session, Direction.FROM_CLIENT, Packet.tcp(asked, syn, NOTHING.duplicate()), remark);
        Ends answered = Ends.of(session, Direction.FROM_BACKEND);
        write(file, session, Direction.FROM_BACKEND, Packet.tcp(answered, reset, NOTHING.duplicate()), "");
    }

    private static void write(
            CaptureFile file, Session session, Direction direction, ByteBuffer packet, String remark) {
        file.write(Blocks.packet(session.began(), direction, packet, remark));
    }
}
