package dev.refractium.server.config;

import java.util.Optional;

/**
 * The PROXY headers by which a route's backends learn the client's address.
 *
 * @param sendProxy the version of the PROXY header that backends get; empty: they get none
 * @param sendProxyUdp which datagrams carry the header; empty: each of them
 * @param mixedProxy whether other routes may reach the same backends without a header
 */
public record ProxyHeaders(
        @Key("send_proxy") Optional<ProxyVersion> sendProxy,
        @Key("send_proxy_udp") Optional<ProxyDatagrams> sendProxyUdp,
        @Key(value = "mixed_proxy", initial = "false") boolean mixedProxy) {
    /** @throws InvalidValueException naming the key that is wrong or contradicts another */
    public ProxyHeaders {
        if (sendProxyUdp.isPresent() && !sendProxy.equals(Optional.of(ProxyVersion.V2))) {
            throw new InvalidValueException(
                    "send_proxy_udp", "has no effect without send_proxy = \"v2\"; add that, or remove this");
        }
        if (mixedProxy && sendProxy.isEmpty()) {
            throw new InvalidValueException(
                    "mixed_proxy", "has no effect without send_proxy; write it in the route that has send_proxy");
        }
    }
}
