package dev.refractium.server.tcp;

import dev.refractium.api.Transport;
import dev.refractium.server.identify.BytePeek;
import dev.refractium.server.net.DescriptorLimit;
import dev.refractium.server.net.Loop;
import dev.refractium.server.socket.Sockets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The state that the TCP sessions of one loop share: the factory of their sockets, the peek that protocols read, and the
 * budgets of memory before and after the connect. Loop thread only, except {@link #held}.
 */
final class TcpLoop {
    private final Loop loop;
    private final Sockets sockets;
    private final RelayMemory relayMemory;
    private final BulkTurns bulkTurns;
    private final BytePeek peek = new BytePeek(Transport.TCP);
    private final byte[] peekBytes = new byte[65536];

    /** The sessions that hold early bytes, the oldest first. */
    private final Set<HeldBytes> holders = new LinkedHashSet<>();

    /** The connects that race another connect of their session. */
    private int racing;

    private final LongSupplier budget;
    private final AtomicLong held = new AtomicLong();

    /**
     * @param peekMemory the budget of all sessions of this loop before they are connected, in bytes
     * @param relayMemory their budget after that
     */
    TcpLoop(Loop loop, Sockets sockets, LongSupplier peekMemory, LongSupplier relayMemory) {
        this.loop = loop;
        this.sockets = sockets;
        this.budget = peekMemory;
        this.relayMemory = new RelayMemory(relayMemory, loop::later);
        this.bulkTurns = new BulkTurns(loop);
    }

    Loop loop() {
        return loop;
    }

    Sockets sockets() {
        return sockets;
    }

    RelayMemory relayMemory() {
        return relayMemory;
    }

    BulkTurns bulkTurns() {
        return bulkTurns;
    }

    BytePeek peek() {
        return peek;
    }

    /** Returns the array that shows protocols the bytes of a session's first read; the next session overwrites it. */
    byte[] peekBytes() {
        return peekBytes;
    }

    /** Returns whether one more connect may race another of its session, which takes a descriptor that no other has. */
    boolean hasRoomToRace() {
        return racing < DescriptorLimit.RACING_PER_LOOP;
    }

    /** Counts connects that begin to race; less than zero: that race no more. */
    void racing(int more) {
        racing += more;
    }

    /** Returns how many bytes of the budget are taken. Any thread. */
    long held() {
        return held.get();
    }

    /** Takes {@code more} bytes of the budget for {@code holder}; evicts the oldest holders at the bound. */
    void take(HeldBytes holder, int more) {
        holders.add(holder);
        held.addAndGet(more);
        while (held.get() > budget.getAsLong()) {
            holders.iterator().next().giveWay();
        }
    }

    /** Returns all {@code bytes} that {@code holder} took. */
    void give(HeldBytes holder, int bytes) {
        held.addAndGet(-bytes);
        holders.remove(holder);
    }
}
