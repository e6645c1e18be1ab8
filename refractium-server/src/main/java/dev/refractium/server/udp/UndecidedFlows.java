package dev.refractium.server.udp;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The clients of a loop that are undecided, the oldest first. Their datagrams count against the memory for first
 * datagrams; at its bound the oldest give way. Loop thread only.
 */
final class UndecidedFlows {
    private final Set<UndecidedFlow> oldestFirst = new LinkedHashSet<>();
    private final Clients clients;
    private final FirstDatagram.Memory memory;
    private final Consumer<UndecidedFlow> giveWay;

    /**
     * @param clients where each of them is the current stage
     * @param giveWay is given each client that gives way, which has been removed
     */
    UndecidedFlows(Clients clients, FirstDatagram.Memory memory, Consumer<UndecidedFlow> giveWay) {
        this.clients = clients;
        this.memory = memory;
        this.giveWay = giveWay;
    }

    /**
     * Holds a datagram of {@code flow}, whole or not at all; the first one makes it the client's stage.
     *
     * @param most bytes that may be held
     * @return whether there was room for it
     */
    boolean hold(UndecidedFlow flow, ByteBuffer datagram, long most) {
        int more = datagram.remaining() + (flow.count() == 0 ? UndecidedFlow.OVERHEAD : 0);
        while (memory.held() + more > most) {
            Iterator<UndecidedFlow> oldest = oldestFirst.iterator();
            UndecidedFlow first = oldest.hasNext() ? oldest.next() : flow;
            if (first == flow) {
                return false;
            }
            remove(first);
            giveWay.accept(first);
        }
        memory.take(more);
        flow.add(datagram);
        if (oldestFirst.add(flow)) {
            clients.add(flow);
        }
        return true;
    }

    /** Removes a flow and gives its memory back. */
    void remove(UndecidedFlow flow) {
        if (oldestFirst.remove(flow)) {
            clients.remove(flow);
            memory.give(flow.held());
        }
    }
}
