package dev.refractium.server.session;

import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who may have a TCP session: so many in all, so many a client. Counts are exact, and the table holds only clients that
 * have a session, so that it cannot outgrow {@code max_connections}. Any thread.
 */
public final class Admission {
    /** Written by whoever reloads, read by accepting loops. */
    private volatile int max;

    private volatile int maxPerClient;
    private final AtomicInteger live = new AtomicInteger();

    /** Written by accepting and ending loops; each client's count changes only inside {@code compute}. */
    private final ConcurrentHashMap<ClientKey, Integer> clients = new ConcurrentHashMap<>();

    /** @param maxPerClient 0: no limit */
    public Admission(int max, int maxPerClient) {
        this.max = max;
        this.maxPerClient = maxPerClient;
    }

    /** Other limits from now on; whoever has a place keeps it. */
    public void limit(int max, int maxPerClient) {
        this.max = max;
        this.maxPerClient = maxPerClient;
    }

    /**
     * Takes a place for a session of {@code client}; {@link #release} gives it back, once.
     *
     * @return empty if it was granted, else what it would exceed
     */
    public Optional<End> acquire(InetAddress client) {
        if (live.incrementAndGet() > max) {
            live.decrementAndGet();
            return Optional.of(End.OVER_MAX_CONNECTIONS);
        }
        boolean granted = false;
        try {
            granted = acquirePerClient(ClientKey.of(client));
        } finally {
            if (!granted) {
                live.decrementAndGet();
            }
        }
        return granted ? Optional.empty() : Optional.of(End.OVER_MAX_PER_IP);
    }

    /** Gives the place of a session of {@code client} back. */
    public void release(InetAddress client) {
        live.decrementAndGet();
        clients.computeIfPresent(ClientKey.of(client), (key, count) -> count == 1 ? null : count - 1);
    }

    /** How many places are taken. */
    public int live() {
        return live.get();
    }

    /** How many clients have a place. */
    public int clients() {
        return clients.size();
    }

    /** Counts where there is no limit too: a reload may set one, which counts who is there already. */
    private boolean acquirePerClient(ClientKey key) {
        int limit = maxPerClient == 0 ? Integer.MAX_VALUE : maxPerClient;
        int[] before = new int[1];
        clients.compute(key, (k, count) -> {
            before[0] = count == null ? 0 : count;
            return before[0] < limit ? Integer.valueOf(before[0] + 1) : count;
        });
        return before[0] < limit;
    }
}
