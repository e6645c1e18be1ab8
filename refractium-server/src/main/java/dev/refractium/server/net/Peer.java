package dev.refractium.server.net;

import dev.refractium.api.Transport;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A client that has arrived, whether or not it has a session. */
public interface Peer {
    Transport transport();

    /**
     * Returns the client's address: the one that it came from, or the one that a trusted proxy has passed on. At a Unix
     * socket a name of {@link UnixClient}, unless one was passed on.
     */
    SocketAddress client();

    /** Returns the address that it came from: the client's, or that of a trusted proxy. */
    default SocketAddress peer() {
        return client();
    }

    /** Returns the local address that the client connected to; null if the socket has none, as after failures. */
    @Nullable
    SocketAddress local();

    /** Returns the address that the client connected to: ours, or the one that a trusted proxy has passed on. */
    default @Nullable SocketAddress destination() {
        return local();
    }
}
