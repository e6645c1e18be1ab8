package dev.refractium.server.upstream;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The standings of all servers in all pools, and the orders that they follow. Any thread. */
public final class Standings {
    /** Both guarded by this object's monitor. */
    private final Map<Subject, Standing.Order> orders = new HashMap<>();

    private final Map<Subject, Standing> standings = new HashMap<>();
    private final AtomicInteger changes = new AtomicInteger();

    /**
     * What an order is about.
     *
     * @param server as {@link Source#toString} has it
     * @param pool its name without a listener's port; empty: all pools
     */
    public record Subject(String server, Optional<String> pool) {
        Subject inAllPools() {
            return new Subject(server, Optional.empty());
        }
    }

    /** Returns the standing of a server in a pool, the same object for all generations. */
    public synchronized Standing of(String pool, Source server) {
        return standings.computeIfAbsent(new Subject(server.toString(), Optional.of(pool)), subject -> {
            Standing standing = new Standing(changes);
            standing.set(order(subject));
            return standing;
        });
    }

    /** Sets the order about a subject; {@link Standing.Order#NONE}: as configured. That of one pool goes before that of all. */
    public synchronized void set(Subject subject, Standing.Order order) {
        if (order.equals(Standing.Order.NONE)) {
            orders.remove(subject);
        } else {
            orders.put(subject, order);
        }
        standings.forEach((each, standing) -> {
            if (each.server().equals(subject.server())) {
                standing.set(order(each));
            }
        });
    }

    private Standing.Order order(Subject subject) {
        Standing.Order wide = orders.getOrDefault(subject.inAllPools(), Standing.Order.NONE);
        return orders.getOrDefault(subject, wide);
    }
}
