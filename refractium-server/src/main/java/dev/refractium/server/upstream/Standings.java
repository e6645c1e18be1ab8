package dev.refractium.server.upstream;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The standings of all servers in all pools, and the orders that they follow. Any thread. */
public final class Standings {
    /** Both guarded by this object's monitor. */
    private final Map<Subject, Standing.Order> orders = new HashMap<>();

    /** Held by the backends of generations that live. */
    private final Map<Subject, WeakReference<Standing>> standings = new HashMap<>();

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
        Subject subject = new Subject(server.toString(), Optional.of(pool));
        WeakReference<Standing> held = standings.get(subject);
        Standing known = held == null ? null : held.get();
        if (known != null) {
            return known;
        }
        Standing standing = new Standing(changes);
        standing.set(order(subject));
        standings.put(subject, new WeakReference<>(standing));
        return standing;
    }

    /** Forgets the standings that no generation has any more; orders stay. */
    synchronized void forgetUnused() {
        standings.values().removeIf(standing -> standing.refersTo(null));
    }

    /** Returns how many it holds. */
    synchronized int size() {
        return standings.size();
    }

    /** Sets the order about a subject; {@link Standing.Order#NONE}: as configured. That of one pool goes before that of all. */
    public synchronized void set(Subject subject, Standing.Order order) {
        if (order.equals(Standing.Order.NONE)) {
            orders.remove(subject);
        } else {
            orders.put(subject, order);
        }
        standings.forEach((each, held) -> {
            Standing standing = held.get();
            if (standing != null && each.server().equals(subject.server())) {
                standing.set(order(each));
            }
        });
    }

    private Standing.Order order(Subject subject) {
        Standing.Order wide = orders.getOrDefault(subject.inAllPools(), Standing.Order.NONE);
        return orders.getOrDefault(subject, wide);
    }
}
