package dev.refractium.server.tcp;

import dev.refractium.api.Transport;
import dev.refractium.server.identify.BytePeek;
import dev.refractium.server.net.Loop;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * What the TCP sessions of one loop share: the peek that their protocols look through, and the memory that those may
 * hold which are not connected yet. Loop thread only.
 */
final class TcpLoop {
    private final Loop loop;
    private final BytePeek peek = new BytePeek(Transport.TCP);
    private final byte[] peekBytes = new byte[65536];
    /** The oldest first. */
    private final Set<HeldBytes> holders = new LinkedHashSet<>();

    private final LongSupplier budget;
    private long held;

    /** @param budget bytes that all sessions of this loop may hold together just now */
    TcpLoop(Loop loop, LongSupplier budget) {
        this.loop = loop;
        this.budget = budget;
    }

    Loop loop() {
        return loop;
    }

    BytePeek peek() {
        return peek;
    }

    /** Where the bytes of a session's first read are shown to protocols; lost with the next session's. */
    byte[] peekBytes() {
        return peekBytes;
    }

    /** Takes {@code more} bytes of the budget for {@code holder}; at the bound the oldest holders give way. */
    void take(HeldBytes holder, int more) {
        holders.add(holder);
        held += more;
        while (held > budget.getAsLong()) {
            holders.iterator().next().giveWay();
        }
    }

    /** Gives back all that {@code holder} took. */
    void give(HeldBytes holder, int bytes) {
        held -= bytes;
        holders.remove(holder);
    }
}
