package dev.refractium.server.udp;

import dev.refractium.server.generation.SessionLimits;
import dev.refractium.server.limit.ClientKey;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.text.Networks;
import dev.refractium.server.udp.FlowList.Ranked;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The flows of a server in the order that they give way in, of all clients and of each one. Loop thread only. */
final class Flows {
    private final FlowOrder all = new FlowOrder(false);
    private final Map<ClientKey, FlowOrder> byClient = new HashMap<>();

    /**
     * Has another flow give way if a new one of {@code client} needs its place.
     *
     * @param exempt clients that no limit per client applies to
     * @return null if there is room now, else the limit that the new flow would exceed
     */
    @Nullable
    EndReason makeRoom(InetSocketAddress client, SessionLimits limits, Networks exempt) {
        int most = exempt.contains(client.getAddress()) ? 0 : limits.udp().maxPerClient();
        FlowOrder own = most == 0 ? null : byClient.get(keyOf(client));
        if (own != null && own.size() >= most) {
            return evict(own.firstOfClient(), EndReason.OVER_UDP_SESSIONS_PER_IP);
        }
        boolean full = all.size() >= limits.udp().maxSessions();
        return full ? evict(all.firstOfAll(), EndReason.OVER_UDP_SESSIONS) : null;
    }

    /** Adds a flow that is not answered yet. */
    void add(UdpFlow flow) {
        ClientKey key = keyOf(flow.client());
        FlowOrder own = byClient.get(key);
        if (own == null) {
            own = new FlowOrder(true);
            byClient.put(key, own);
        }
        flow.ofClient = own;
        own.add(flow);
        all.add(flow);
    }

    /** Files a flow again, since a datagram of it has moved. */
    void moved(UdpFlow flow, FlowOrder.Standing before) {
        FlowOrder own = flow.ofClient;
        if (own != null) {
            FlowOrder.Standing now = flow.exchange().standing();
            all.moved(flow, before, now);
            own.moved(flow, before, now);
        }
    }

    /** Removes a flow, if it is there. */
    void remove(UdpFlow flow) {
        FlowOrder own = flow.ofClient;
        if (own == null) {
            return;
        }
        flow.ofClient = null;
        all.remove(flow, flow.exchange().standing());
        own.remove(flow, flow.exchange().standing());
        if (own.size() == 0) {
            byClient.remove(keyOf(flow.client()));
        }
    }

    private static @Nullable EndReason evict(@Nullable Ranked first, EndReason exceeded) {
        if (first == null) {
            return exceeded;
        }
        first.giveWay(exceeded);
        return null;
    }

    private static ClientKey keyOf(InetSocketAddress client) {
        return ClientKey.of(client.getAddress());
    }
}
