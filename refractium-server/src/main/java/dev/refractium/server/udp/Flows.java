package dev.refractium.server.udp;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.SessionLimits;
import dev.refractium.server.net.Peer;
import dev.refractium.server.session.ClientKey;
import dev.refractium.server.session.EndReason;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server's flows, by client and by the order that they give way in. Loop thread only. */
final class Flows {
    private final Map<Key, UdpFlow> byClient = new HashMap<>();
    private final FlowOrder<UdpFlow> all = new FlowOrder<>();
    private final Map<ClientKey, FlowOrder<UdpFlow>> byHost = new HashMap<>();

    /**
     * A client as one listener hears it: the same one may ask several of our addresses. Compared by lines of its own, as
     * {@link ClientKey} is.
     */
    record Key(UdpListener listener, InetSocketAddress client) implements Peer {
        @Override
        public Transport transport() {
            return Transport.UDP;
        }

        @Override
        public InetSocketAddress local() {
            return listener.address();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && listener == key.listener && client.equals(key.client);
        }

        @Override
        public int hashCode() {
            return client.hashCode();
        }
    }

    /** Returns this client's flow; null if it has none. */
    @Nullable
    UdpFlow find(UdpListener listener, InetSocketAddress client) {
        return byClient.get(new Key(listener, client));
    }

    /** Returns the limit that one more flow of {@code client} would exceed; null if there is room. */
    @Nullable
    EndReason exceeded(InetSocketAddress client, SessionLimits limits) {
        int most = limits.udp().maxPerClient();
        FlowOrder<UdpFlow> own = most == 0 ? null : byHost.get(host(client));
        if (own != null && own.size() >= most) {
            return EndReason.OVER_UDP_SESSIONS_PER_IP;
        }
        return all.size() >= limits.udp().maxSessions() ? EndReason.OVER_UDP_SESSIONS : null;
    }

    /** Returns the flow that gives way to a new one of {@code client}; null if none does. */
    @Nullable
    UdpFlow givingWay(InetSocketAddress client, EndReason exceeded) {
        return exceeded == EndReason.OVER_UDP_SESSIONS_PER_IP ? ofHost(client).firstOfClient() : all.firstOfAll();
    }

    void add(UdpFlow flow) {
        byClient.put(flow.key(), flow);
        all.add(flow);
        ofHost(flow.key().client()).add(flow);
    }

    /** A datagram of the flow has moved, and it may stand elsewhere now. */
    void moved(UdpFlow flow, FlowOrder.Standing before) {
        FlowOrder.Standing now = flow.exchange().standing();
        all.moved(flow, before, now);
        FlowOrder<UdpFlow> own = byHost.get(host(flow.key().client()));
        if (own != null) {
            own.moved(flow, before, now);
        }
    }

    void remove(UdpFlow flow) {
        byClient.remove(flow.key(), flow);
        all.remove(flow, flow.exchange().standing());
        byHost.computeIfPresent(host(flow.key().client()), (host, order) -> {
            order.remove(flow, flow.exchange().standing());
            return order.size() == 0 ? null : order;
        });
    }

    /** The flows of one listener. */
    List<UdpFlow> of(UdpListener listener) {
        return byClient.values().stream()
                .filter(flow -> flow.key().listener() == listener)
                .toList();
    }

    private FlowOrder<UdpFlow> ofHost(InetSocketAddress client) {
        return byHost.computeIfAbsent(host(client), host -> new FlowOrder<>());
    }

    private static ClientKey host(InetSocketAddress client) {
        return ClientKey.of(client.getAddress());
    }
}
