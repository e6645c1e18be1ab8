package dev.refractium.server.udp;

import dev.refractium.server.session.Failover;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.socket.UdpSocket;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.Target;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Connects sockets to the targets of a pool for one flow, to each once. Loop thread only. */
final class UdpDial extends Failover {
    private final Sockets sockets;

    UdpDial(Pool pool, Sockets sockets) {
        super(pool);
        this.sockets = sockets;
    }

    /** Returns a socket that is connected to the next target, which {@link #target} then is; null if there is none. */
    @Nullable
    UdpSocket connect() {
        for (Target next = next(); next != null; next = next()) {
            try {
                return sockets.dialUdp(next.address());
            } catch (IOException | RuntimeException e) {
                failed(e);
            }
        }
        return null;
    }
}
