package dev.refractium.server.tcp;

import dev.refractium.api.Transport;
import dev.refractium.server.identify.BytePeek;
import dev.refractium.server.net.Loop;
import dev.refractium.server.socket.Sockets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What the TCP sessions of one loop share: their kind of sockets, the peek that their protocols look through, and the
 * memory that they may hold before they are connected and after. Loop thread only, but for {@link #held}.
 */
final class TcpLoop {
    private final Loop loop;
    private final Sockets sockets;
    private final RelayMemory relayMemory;
    private final BulkTurns bulkTurns;
    private final BytePeek peek = new BytePeek(Transport.TCP);
    private final byte[] peekBytes = new byte[65536];
    /** The oldest first. */
    private final Set<HeldBytes> holders = new LinkedHashSet<>();

    private final LongSupplier budget;
    private final AtomicLong held = new AtomicLong();

    /**
     * @param peekMemory bytes that all sessions of this loop may hold together just now before they are connected
     * @param relayMemory bytes that they may hold together after
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

    /** Where the bytes of a session's first read are shown to protocols; lost with the next session's. */
    byte[] peekBytes() {
        return peekBytes;
    }

    /** How many bytes of the budget are taken. Any thread. */
    long held() {
        return held.get();
    }

    /** Takes {@code more} bytes of the budget for {@code holder}; at the bound the oldest holders give way. */
    void take(HeldBytes holder, int more) {
        holders.add(holder);
        held.addAndGet(more);
        while (held.get() > budget.getAsLong()) {
            holders.iterator().next().giveWay();
        }
    }

    /** Gives back all that {@code holder} took. */
    void give(HeldBytes holder, int bytes) {
        held.addAndGet(-bytes);
        holders.remove(holder);
    }
}
