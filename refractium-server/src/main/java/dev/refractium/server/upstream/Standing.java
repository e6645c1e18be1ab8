package dev.refractium.server.upstream;

import java.util.OptionalInt;

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

    private volatile boolean open = true;

    /** 0: as configured. */
    private volatile int weight;

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
        weight = order.weight().orElse(0);
        open = order.takesSessions();
    }
}
