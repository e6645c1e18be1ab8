package dev.refractium.server.upstream;

import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What an operator has ordered of one server in one pool; as configured until then. It outlives generations. Written by
 * one thread at a time, read by event loops.
 */
public final class Standing {
    /**
     * An order.
     *
     * @param takesSessions whether new sessions go to the server
     * @param weight instead of the configured one; empty: that
     */
    public record Order(boolean takesSessions, OptionalInt weight) {
        /** Nothing is ordered. */
        public static final Order NONE = new Order(true, OptionalInt.empty());
    }

    /** How often a weight has changed, of all that were made together. */
    private final AtomicInteger changes;

    private volatile boolean open = true;

    /** 0: as configured. */
    private volatile int weight;

    /** One that stands alone. */
    public Standing() {
        this(new AtomicInteger());
    }

    /** @param changes counts what changes the weight of any that share it */
    Standing(AtomicInteger changes) {
        this.changes = changes;
    }

    /** Returns a number that differs once a weight has changed, of this one or of any that was made with it. */
    int changes() {
        return changes.get();
    }

    /** Returns whether it takes new sessions. */
    public boolean isOpen() {
        return open;
    }

    /** Returns the weight that counts, given the one that is configured. */
    int weight(int configured) {
        int ordered = weight;
        return ordered == 0 ? configured : ordered;
    }

    void set(Order order) {
        open = order.takesSessions();
        int now = order.weight().orElse(0);
        if (now != weight) {
            weight = now;
            changes.incrementAndGet();
        }
    }
}
