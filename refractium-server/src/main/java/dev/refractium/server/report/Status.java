package dev.refractium.server.report;

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
 * @param generations those that are alive, the oldest first, the current one last
 * @param lastReload empty before the first
 * @param degraded why what runs is not what the files say, and which calls of plugins have not returned, a line each;
 *     empty if there is nothing of the kind, as far as is known
 * @param uncollectedPlugins how many are stopped and still in memory; more and more of them are a leak
 * @param slowPluginCalls how often a plugin was seen to keep an event loop for a quarter of a second or longer
 * @param stuckLoops the threads of event loops that do not answer: a plugin keeps them, mostly
 * @param listenerTroubles why clients are not served, a line per listener that does not accept
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
        Plan plan,
        List<GenerationInfo> generations,
        Optional<ReloadInfo> lastReload,
        Optional<String> degraded,
        int uncollectedPlugins,
        long slowPluginCalls,
        List<String> stuckLoops,
        List<String> listenerTroubles) {
    public Status {
        ends = Map.copyOf(ends);
        fallbacks = Map.copyOf(fallbacks);
        backends = List.copyOf(backends);
        generations = List.copyOf(generations);
        stuckLoops = List.copyOf(stuckLoops);
        listenerTroubles = List.copyOf(listenerTroubles);
    }

    /** Returns whether every listener accepts and every event loop answers; sessions on one that does not stand still. */
    public boolean isReady() {
        return stuckLoops.isEmpty() && listenerTroubles.isEmpty();
    }
}
