package dev.refractium.server.udp;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a loop that are undecided, the oldest first. Their datagrams count against the memory for first
 * datagrams; at its bound the oldest give way. Loop thread only.
 */
final class UndecidedFlows {
    private final Map<Flows.Key, UndecidedFlow> byClient = new LinkedHashMap<>();
    private final FirstDatagram.Memory memory;
    private final Consumer<UndecidedFlow> giveWay;

    /** @param giveWay is given each client that gives way, which has been removed */
    UndecidedFlows(FirstDatagram.Memory memory, Consumer<UndecidedFlow> giveWay) {
        this.memory = memory;
        this.giveWay = giveWay;
    }

    /** Returns the undecided flow of a client; null if there is none. */
    @Nullable
    UndecidedFlow find(Flows.Key key) {
        return byClient.isEmpty() ? null : byClient.get(key);
    }

    /**
     * Holds a datagram of {@code flow}, whole or not at all.
     *
     * @param most bytes that may be held
     * @return whether there was room for it
     */
    boolean hold(UndecidedFlow flow, ByteBuffer datagram, long most) {
        int more = datagram.remaining() + (flow.count() == 0 ? UndecidedFlow.OVERHEAD : 0);
        while (memory.held() + more > most) {
            Iterator<UndecidedFlow> oldest = byClient.values().iterator();
            UndecidedFlow first = oldest.hasNext() ? oldest.next() : flow;
            if (first == flow) {
                return false;
            }
            remove(first);
            giveWay.accept(first);
        }
        memory.take(more);
        flow.add(datagram);
        byClient.put(flow.key(), flow);
        return true;
    }

    /** Removes a flow and gives its memory back. */
    void remove(UndecidedFlow flow) {
        if (byClient.remove(flow.key(), flow)) {
            memory.give(flow.held());
        }
    }
}
