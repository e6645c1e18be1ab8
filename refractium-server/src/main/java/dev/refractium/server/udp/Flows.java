package dev.refractium.server.udp;

import dev.refractium.server.generation.SessionLimits;
import dev.refractium.server.session.ClientKey;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server's flows, by client and by the order that they give way in. Loop thread only. */
final class Flows {
    /** An answered flow gives way only after so much quiet, in milliseconds: one that is in use is kept. */
    private static final long IN_USE_MS = 1_000;

    private final Map<Key, UdpFlow> byClient = new HashMap<>();
    private final Order all = new Order();
    private final Map<ClientKey, Order> byHost = new HashMap<>();
    /**
     * A client as one listener hears it: the same one may ask several of our addresses. Compared by lines of its own, as
     * {@link ClientKey} is.
     */
    record Key(UdpListener listener, InetSocketAddress client) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && listener == key.listener && client.equals(key.client);
        }

        @Override
        public int hashCode() {
            return client.hashCode();
        }
    }

    /**
     * The order that flows give way in. Whoever has never been answered goes first, since an address that is not the
     * sender's own never is; then whoever has been quiet the longest.
     */
    private static final class Order {
        /** The oldest first. */
        private final Map<UdpFlow, UdpFlow> unanswered = new LinkedHashMap<>();

        /** The longest quiet first. */
        private final Map<UdpFlow, UdpFlow> answered = new LinkedHashMap<>(16, 0.75f, true);

        int size() {
            return unanswered.size() + answered.size();
        }

        void add(UdpFlow flow) {
            unanswered.put(flow, flow);
        }

        void asked(UdpFlow flow) {
            answered.computeIfPresent(flow, (same, moved) -> moved);
        }

        void answered(UdpFlow flow) {
            if (unanswered.remove(flow) == null) {
                asked(flow);
            } else {
                answered.put(flow, flow);
            }
        }

        void remove(UdpFlow flow) {
            unanswered.remove(flow);
            answered.remove(flow);
        }

        /** Of one flow or more, who gives way first. */
        UdpFlow first() {
            Map<UdpFlow, UdpFlow> eldest = unanswered.isEmpty() ? answered : unanswered;
            return eldest.keySet().iterator().next();
        }

        boolean isUnanswered(UdpFlow flow) {
            return unanswered.containsKey(flow);
        }
    }

    /** This client's flow, which is now in use; null if it has none. */
    @Nullable
    UdpFlow find(UdpListener listener, InetSocketAddress client) {
        UdpFlow flow = byClient.get(new Key(listener, client));
        if (flow != null) {
            all.asked(flow);
            ofHost(flow.key().client()).asked(flow);
        }
        return flow;
    }

    /** Whether a new flow of {@code client} needs one to give way first. */
    boolean isFullFor(InetSocketAddress client, SessionLimits limits) {
        return all.size() >= limits.udpMaxSessions() || isHostFull(client, limits.maxPerClient());
    }

    /**
     * The flow that gives way to a new one of a {@code client} that there is no room for; null if all are in use. At its
     * own limit a client gives up the flow that it has used the least lately, in use or not: a resolver opens one for
     * every question, and refusing the next would harm nobody but itself.
     */
    @Nullable
    UdpFlow eldest(InetSocketAddress client, SessionLimits limits) {
        if (isHostFull(client, limits.maxPerClient())) {
            return ofHost(client).first();
        }
        UdpFlow eldest = all.first();
        return all.isUnanswered(eldest) || eldest.quietFor() >= IN_USE_MS ? eldest : null;
    }

    void add(UdpFlow flow) {
        byClient.put(flow.key(), flow);
        all.add(flow);
        ofHost(flow.key().client()).add(flow);
    }

    /** The flow's backend has answered. */
    void answered(UdpFlow flow) {
        all.answered(flow);
        ofHost(flow.key().client()).answered(flow);
    }

    void remove(UdpFlow flow) {
        byClient.remove(flow.key(), flow);
        all.remove(flow);
        byHost.computeIfPresent(host(flow.key().client()), (host, order) -> {
            order.remove(flow);
            return order.size() == 0 ? null : order;
        });
    }

    /** The flows of one listener. */
    List<UdpFlow> of(UdpListener listener) {
        return byClient.values().stream()
                .filter(flow -> flow.key().listener() == listener)
                .toList();
    }

    /** @param maxPerHost 0: no limit */
    private boolean isHostFull(InetSocketAddress client, int maxPerHost) {
        Order own = maxPerHost == 0 ? null : byHost.get(host(client));
        return own != null && own.size() >= maxPerHost;
    }

    private Order ofHost(InetSocketAddress client) {
        return byHost.computeIfAbsent(host(client), host -> new Order());
    }

    private static ClientKey host(InetSocketAddress client) {
        return ClientKey.of(client.getAddress());
    }
}
