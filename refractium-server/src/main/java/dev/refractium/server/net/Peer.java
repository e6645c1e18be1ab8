package dev.refractium.server.net;

import dev.refractium.api.Transport;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A client that has arrived, whether or not it has a session. */
public interface Peer {
    Transport transport();

    /** Returns where the client is. */
    InetSocketAddress client();

    /** Returns the address of this machine that the client came to; null if the socket does not say, as after failures. */
    @Nullable
    InetSocketAddress local();
}
