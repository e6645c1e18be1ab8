package dev.refractium.server.generation;

import dev.refractium.server.text.Networks;
import java.net.InetAddress;

/**
 * The peers of a listener that must pass the client's address on in a PROXY header. Immutable; any thread.
 *
 * @param networks where they are
 * @param everyone whether every peer with an address is one
 */
public record ProxyTrust(Networks networks, boolean everyone) {
    /** Returns whether the peer at this address is one of them. */
    public boolean includes(InetAddress peer) {
        return everyone || networks.contains(peer);
    }
}
