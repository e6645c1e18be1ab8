package dev.refractium.server.limit;

import dev.refractium.server.text.Networks;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The entrance of a server, a listener or a route: which clients it serves, how many at a time, and how fast new ones
 * begin. Counts and buckets pass to the gate of the same name in the next generation. Any thread.
 */
public final class Gate {
    private final Rules rules;
    private final State state;

    /** Creates a gate with these rules, which no session has passed. */
    public Gate(Rules rules) {
        this(rules, System::nanoTime);
    }

    /** @param clock nanoseconds, as {@link System#nanoTime} */
    Gate(Rules rules, LongSupplier clock) {
        this(rules, new State(clock));
    }

    private Gate(Rules rules, State state) {
        this.rules = rules;
        this.state = state;
    }

    /**
     * What a gate enforces.
     *
     * @param maxSessions how many sessions may be alive; 0: no limit
     * @param rate how fast sessions begin
     * @param ratePerClient how fast those of one client begin
     */
    public record Rules(Guard guard, int maxSessions, Rate rate, Rate ratePerClient) {
        /** Lets every client in. */
        public static final Rules NONE = new Rules(Guard.NONE, 0, Rate.OFF, Rate.OFF);

        /** Returns the keys that are set, each with its value, for people. */
        public List<String> texts() {
            List<String> texts = new ArrayList<>();
            guard.allow().ifPresent(networks -> texts.add("allow " + networks));
            if (!guard.deny().isEmpty()) {
                texts.add("deny " + guard.deny());
            }
            addNumber(texts, "max_connections", maxSessions);
            addNumber(texts, "new_per_second", rate.perSecond());
            addNumber(texts, "new_per_second_per_ip", ratePerClient.perSecond());
            return texts;
        }

        private static void addNumber(List<String> texts, String key, int number) {
            if (number != 0) {
                texts.add(key + " " + number);
            }
        }
    }

    /** What outlives generations. */
    private static final class State {
        private final LongSupplier clock;
        private final AtomicInteger live = new AtomicInteger();

        /** Null until a rate per client is asked for, which few routes have. Written under the monitor. */
        private volatile @Nullable RateTable clients;

        /** When the bucket of all clients is full again. */
        private final AtomicLong full;

        State(LongSupplier clock) {
            this.clock = clock;
            this.full = new AtomicLong(clock.getAsLong());
        }

        RateTable clients() {
            RateTable known = clients;
            return known == null ? firstClients() : known;
        }

        private synchronized RateTable firstClients() {
            RateTable known = clients;
            if (known == null) {
                known = new RateTable();
                clients = known;
            }
            return known;
        }

        boolean take(Rate rate, long now) {
            while (true) {
                long before = full.get();
                long after = rate.taken(before, now);
                if (after == before || full.compareAndSet(before, after)) {
                    return after != before;
                }
            }
        }
    }

    /** Returns a gate with other rules, and the counts of this one. */
    public Gate next(Rules other) {
        return new Gate(other, state);
    }

    public Rules rules() {
        return rules;
    }

    /** Returns how many sessions have passed and not left. */
    public int live() {
        return state.live.get();
    }

    /**
     * Lets a client in, which {@link #leave}s once.
     *
     * @param client null: one of a Unix socket, which is in no network, and which no rate per client applies to
     * @param exempt clients that no rate per client applies to
     * @return null if it is let in
     */
    public @Nullable Refusal enter(@Nullable InetAddress client, Networks exempt) {
        if (!rules.guard().admits(client)) {
            return Refusal.DENIED;
        }
        Refusal over = takePlace() ? overRate(client, exempt) : Refusal.OVER_MAX_CONNECTIONS;
        if (over != null && over != Refusal.OVER_MAX_CONNECTIONS) {
            leave();
        }
        return over;
    }

    /** Judges a client that takes its place later, by {@link #takePlace}; otherwise as {@link #enter}. */
    @Nullable
    Refusal arrive(@Nullable InetAddress client, Networks exempt) {
        return rules.guard().admits(client) ? overRate(client, exempt) : Refusal.DENIED;
    }

    /** Takes a place, which is given back by {@link #leave}; returns whether there was one. */
    boolean takePlace() {
        int live = state.live.incrementAndGet();
        boolean taken = rules.maxSessions() == 0 || live <= rules.maxSessions();
        if (!taken) {
            leave();
        }
        return taken;
    }

    /** Gives a place back. */
    public void leave() {
        state.live.decrementAndGet();
    }

    /** A client that is over its own rate takes no token of all clients. */
    private @Nullable Refusal overRate(@Nullable InetAddress client, Networks exempt) {
        if (rules.rate().isOff() && rules.ratePerClient().isOff()) {
            return null;
        }
        long now = state.clock.getAsLong();
        boolean own = rules.ratePerClient().isOff()
                || client == null
                || exempt.contains(client)
                || state.clients().take(ClientKey.of(client), rules.ratePerClient(), now);
        if (!own) {
            return Refusal.OVER_RATE_PER_IP;
        }
        return rules.rate().isOff() || state.take(rules.rate(), now) ? null : Refusal.OVER_RATE;
    }
}
