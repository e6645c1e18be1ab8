package dev.refractium.server.config;

import dev.refractium.api.Transport;
import java.util.List;

/**
 * The peers of a listener that must pass clients on, in a PROXY header.
 *
 * @param tcp networks, "any", or "unix" at a Unix socket; empty: a PROXY header is a client's bytes like any other
 * @param udp the same for datagrams, whose source may be forged
 */
public record AcceptedProxies(
        @Key("accept_proxy_from") List<String> tcp,
        @Key("accept_proxy_udp_from") List<String> udp) {
    /** Nobody passes clients on. */
    public static final AcceptedProxies NONE = new AcceptedProxies(List.of(), List.of());

    /** @throws InvalidValueException naming the key whose value is refused */
    public AcceptedProxies {
        tcp = List.copyOf(tcp);
        udp = List.copyOf(udp);
        TrustedPeers.parse(key(Transport.TCP), tcp);
        TrustedPeers.parse(key(Transport.UDP), udp);
    }

    /** Returns the peers over one transport. */
    public TrustedPeers of(Transport transport) {
        return TrustedPeers.parse(key(transport), transport == Transport.TCP ? tcp : udp);
    }

    /** @throws InvalidValueException if the peers that are named cannot come to such a listener */
    void check(boolean unixSocket) {
        for (Transport transport : Transport.values()) {
            TrustedPeers peers = of(transport);
            if (peers.unix() && !unixSocket) {
                throw new InvalidValueException(
                        key(transport),
                        "\"unix\" means peers of a Unix socket, and this listener has none; name the proxies' networks");
            }
            if (unixSocket && !peers.isEmpty() && !peers.unix()) {
                throw new InvalidValueException(
                        key(transport),
                        "names peers by address, and those of a Unix socket have none; write \"unix\", which trusts all of them");
            }
        }
    }

    static String key(Transport transport) {
        return transport == Transport.TCP ? "accept_proxy_from" : "accept_proxy_udp_from";
    }
}
