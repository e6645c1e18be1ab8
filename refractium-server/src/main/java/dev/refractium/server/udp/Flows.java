package dev.refractium.server.udp;

import dev.refractium.server.session.ClientKey;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A server's flows: by client, and in the order that they give way in. Whoever has never been answered goes
 * first, since an address that is not the sender's own never is; then whoever has been quiet the longest. Loop thread
 * only.
 */
final class Flows {
    /** An answered flow gives way only after so much quiet, in milliseconds: one that is in use is kept. */
    private static final long IN_USE_MS = 1_000;

    /** The longest unused first. */
    private final LinkedHashMap<Key, UdpFlow> byClient = new LinkedHashMap<>(64, 0.75f, true);

    private final Set<UdpFlow> unanswered = new LinkedHashSet<>();
    private final Map<ClientKey, Set<UdpFlow>> byHost = new HashMap<>();
    private final int max;
    private final int maxPerHost;

    /** @param maxPerHost 0: no limit */
    Flows(int max, int maxPerHost) {
        this.max = max;
        this.maxPerHost = maxPerHost;
    }

    /** A client as one listener hears it: the same one may ask several of our addresses. */
    record Key(UdpListener listener, InetSocketAddress client) {}

    /** This client's flow, which is now the last to give way; null if it has none. */
    @Nullable
    UdpFlow find(UdpListener listener, InetSocketAddress client) {
        return byClient.get(new Key(listener, client));
    }

    /** Whether a new flow of {@code client} needs one to give way first. */
    boolean isFullFor(InetSocketAddress client) {
        return byClient.size() >= max || isHostFull(client);
    }

    /** The flow that gives way to a new one of {@code client}; null if every one is in use. */
    @Nullable
    UdpFlow eldest(InetSocketAddress client) {
        if (isHostFull(client)) {
            return byHost.getOrDefault(ClientKey.of(client.getAddress()), Set.of())
                    .iterator()
                    .next();
        }
        if (!unanswered.isEmpty()) {
            return unanswered.iterator().next();
        }
        UdpFlow quiet = byClient.values().iterator().next();
        return quiet.quietFor() >= IN_USE_MS ? quiet : null;
    }

    void add(UdpFlow flow) {
        byClient.put(flow.key(), flow);
        unanswered.add(flow);
        if (maxPerHost > 0) {
            byHost.computeIfAbsent(key(flow), host -> new LinkedHashSet<>()).add(flow);
        }
    }

    /** The flow's backend has answered. */
    void answered(UdpFlow flow) {
        unanswered.remove(flow);
    }

    void remove(UdpFlow flow) {
        byClient.remove(flow.key(), flow);
        unanswered.remove(flow);
        if (maxPerHost > 0) {
            byHost.computeIfPresent(key(flow), (host, flows) -> {
                flows.remove(flow);
                return flows.isEmpty() ? null : flows;
            });
        }
    }

    /** The flows of one listener. */
    List<UdpFlow> of(UdpListener listener) {
        return byClient.values().stream()
                .filter(flow -> flow.key().listener() == listener)
                .toList();
    }

    private boolean isHostFull(InetSocketAddress client) {
        Set<UdpFlow> own = maxPerHost == 0 ? null : byHost.get(ClientKey.of(client.getAddress()));
        return own != null && own.size() >= maxPerHost;
    }

    private static ClientKey key(UdpFlow flow) {
        return ClientKey.of(flow.key().client().getAddress());
    }
}
