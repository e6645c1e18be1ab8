package dev.refractium.server.net;

import dev.refractium.api.Transport;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A client that has arrived, whether or not it has a session. */
public interface Peer {
    Transport transport();

    /** Returns the client's address: the one that it came from, or the one that a trusted proxy has passed on. */
    InetSocketAddress client();

    /** Returns the address that it came from: the client's, or that of a trusted proxy. */
    default InetSocketAddress peer() {
        return client();
    }

    /** Returns the local address that the client connected to; null if the socket has none, as after failures. */
    @Nullable
    InetSocketAddress local();

    /** Returns the address that the client connected to: ours, or the one that a trusted proxy has passed on. */
    default @Nullable InetSocketAddress destination() {
        return local();
    }
}
