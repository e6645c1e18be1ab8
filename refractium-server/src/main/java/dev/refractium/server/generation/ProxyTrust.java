package dev.refractium.server.generation;

import dev.refractium.server.text.Networks;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The peers of a listener that must pass the client's address on in a PROXY header. Immutable; any thread.
 *
 * @param networks where they are
 * @param everyone whether every peer with an address is one
 */
public record ProxyTrust(Networks networks, boolean everyone) {
    /**
     * Returns whether a peer is one of them.
     *
     * @param peer null: one of a Unix socket, where every peer is
     */
    public boolean includes(@Nullable InetAddress peer) {
        return peer == null || everyone || networks.contains(peer);
    }
}
