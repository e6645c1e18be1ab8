package dev.refractium.server.udp;

import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Failover;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.socket.UdpSocket;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.Target;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Connects sockets to the targets of a pool for one flow, to each once. Loop thread only. */
final class UdpDial {
    private final Failover failover;
    private final Sockets sockets;

    UdpDial(Pool pool, Sockets sockets) {
        this.failover = new Failover(pool);
        this.sockets = sockets;
    }

    /** Returns a socket that is connected to the next target, which {@link #target} then is; null if there is none. */
    @Nullable
    UdpSocket next() {
        for (Target next = failover.next(); next != null; next = failover.next()) {
            try {
                return sockets.dialUdp(next.address());
            } catch (IOException | RuntimeException e) {
                failover.failed(e);
            }
        }
        return null;
    }

    /** Returns the target of the socket that was connected last. */
    Target target() {
        return failover.target();
    }

    /** Returns why no socket could be connected. */
    EndReason end() {
        return failover.end();
    }

    /** Returns whether there is a target beside the current one. */
    boolean hasOther() {
        return failover.hasOther();
    }

    /** Returns whether another target of the pool has answered and is well. */
    boolean isAnsweredElsewhere() {
        return failover.isAnsweredElsewhere();
    }
}
