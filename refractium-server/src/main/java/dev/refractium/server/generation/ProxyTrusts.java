package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.ListenerConfig;
import dev.refractium.server.config.TrustedPeers;
import dev.refractium.server.net.OwnAddresses;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The peers of each listener that pass clients on. Immutable; any thread. */
final class ProxyTrusts {
    /** No peer passes clients on. */
    static final ProxyTrusts NONE = new ProxyTrusts(Map.of(), Map.of());

    private final Map<String, ProxyTrust> tcp;
    private final Map<String, ProxyTrust> udp;

    private ProxyTrusts(Map<String, ProxyTrust> tcp, Map<String, ProxyTrust> udp) {
        this.tcp = Map.copyOf(tcp);
        this.udp = Map.copyOf(udp);
    }

    /** Reads the machine's addresses if there are such peers, which may block: none of them is a client's. */
    static ProxyTrusts of(Config config) {
        ProxyTrusts trusts = new ProxyTrusts(of(config, Transport.TCP), of(config, Transport.UDP));
        if (!trusts.tcp.isEmpty() || !trusts.udp.isEmpty()) {
            OwnAddresses.OF_PROCESS.read();
        }
        return trusts;
    }

    private static Map<String, ProxyTrust> of(Config config, Transport transport) {
        Map<String, ProxyTrust> trusts = new HashMap<>();
        for (ListenerConfig listener : config.listening()) {
            TrustedPeers peers = listener.proxies().of(transport);
            if (!peers.isEmpty()) {
                trusts.put(listener.name(), new ProxyTrust(peers.networks(), peers.everyone()));
            }
        }
        return trusts;
    }

    /** Returns the peers of a listener; null if there are none. */
    @Nullable
    ProxyTrust of(Transport transport, String listener) {
        Map<String, ProxyTrust> trusts = transport == Transport.TCP ? tcp : udp;
        return trusts.isEmpty() ? null : trusts.get(listener);
    }
}
