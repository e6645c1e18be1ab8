package dev.refractium.server.config;

import dev.refractium.api.Transport;

/**
 * Where sessions go that no route takes.
 *
 * @param tcp nowhere: they are closed
 * @param udp the same for UDP
 */
public record Fallbacks(
        @Key("fallback_tcp") Destination tcp,
        @Key("fallback_udp") Destination udp) {
    /** Returns where sessions of {@code transport} go; nowhere: they are closed. */
    public Destination of(Transport transport) {
        return transport == Transport.TCP ? tcp : udp;
    }

    /** Returns the key of {@code transport}. */
    public static String key(Transport transport) {
        return transport == Transport.TCP ? "fallback_tcp" : "fallback_udp";
    }
}
