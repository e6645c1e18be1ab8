package dev.refractium.server;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A running server at one moment.
 *
 * @param sessions live ones, of TCP and UDP
 * @param bytes relayed both ways by sessions that have ended
 * @param relayHeld bytes held for peers that do not take them, which {@code relay_memory} bounds
 * @param ends sessions that ended or were refused, by cause, as {@code unmatched}
 * @param fallbacks sessions that went to the fallback, by what would have ended them without one
 */
public record Status(
        Optional<InetSocketAddress> tcp,
        Optional<InetSocketAddress> udp,
        int sessions,
        long bytes,
        long relayHeld,
        Map<String, Long> ends,
        Map<String, Long> fallbacks,
        List<BackendInfo> backends,
        Plan plan) {
    public Status {
        ends = Map.copyOf(ends);
        fallbacks = Map.copyOf(fallbacks);
        backends = List.copyOf(backends);
    }
}
