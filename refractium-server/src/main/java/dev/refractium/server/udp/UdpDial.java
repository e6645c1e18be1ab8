package dev.refractium.server.udp;

import dev.refractium.api.Identification;
import dev.refractium.server.hook.Taps;
import dev.refractium.server.net.Peer;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.Failover;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.socket.UdpSocket;
import dev.refractium.server.upstream.Target;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Connects sockets to the targets of a pool for one flow, to each once. Loop thread only. */
final class UdpDial extends Failover {
    /** Hooks of this session; null if it has none. */
    private @Nullable Taps taps;

    UdpDial(Route route, Peer client, Identification known) {
        super(route, client, known);
    }

    /** Shows {@code watching}, if there are any, which targets are tried from now on. */
    void watched(@Nullable Taps watching) {
        taps = watching;
    }

    /**
     * Returns a socket that is connected to the next target, which {@link #target} then is; null if there is none. The
     * flow counts there until {@link #leave}, which is done if this throws.
     */
    @Nullable
    UdpSocket connect(Sockets sockets) {
        UdpSocket socket = null;
        try {
            Target next = next();
            while (next != null && socket == null) {
                if (taps != null) {
                    taps.attempted();
                }
                try {
                    socket = sockets.dialUdp(next.internet(), source());
                } catch (IOException | RuntimeException e) {
                    failed(e);
                    next = next();
                }
            }
            return socket;
        } finally {
            if (socket == null) {
                leave();
            }
        }
    }
}
