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
 * @param ends sessions that ended or were refused, by cause, as {@code unmatched}
 */
public record Status(
        Optional<InetSocketAddress> tcp,
        Optional<InetSocketAddress> udp,
        int sessions,
        long bytes,
        Map<String, Long> ends,
        List<BackendInfo> backends,
        Plan plan) {
    public Status {
        ends = Map.copyOf(ends);
        backends = List.copyOf(backends);
    }
}
