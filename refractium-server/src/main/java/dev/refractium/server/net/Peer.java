package dev.refractium.server.net;

import dev.refractium.api.Transport;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A client that has arrived, whether or not it has a session. */
public interface Peer {
    Transport transport();

    /** Returns the client's address; at a Unix socket a name of {@link UnixClient}. */
    SocketAddress client();

    /** Returns the local address that the client connected to; null if the socket has none, as after failures. */
    @Nullable
    SocketAddress local();
}
