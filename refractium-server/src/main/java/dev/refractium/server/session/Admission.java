package dev.refractium.server.session;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Grants TCP sessions their places: a total number, and a number per client. Counts are exact, and the table holds only
 * clients that have a session, so that it cannot outgrow {@code max_connections}. Any thread.
 */
final class Admission {
    /** Written by the thread that reloads, read by accepting loops. */
    private volatile int max;

    private volatile int maxPerClient;
    private final AtomicInteger live = new AtomicInteger();

    /** Written by accepting and ending loops; each client's count changes only inside {@code compute}. */
    private final ConcurrentHashMap<ClientKey, Integer> clients = new ConcurrentHashMap<>();

    /** @param maxPerClient 0: no limit */
    Admission(int max, int maxPerClient) {
        this.max = max;
        this.maxPerClient = maxPerClient;
    }

    /** Sets new limits; sessions that have a place keep it. */
    void limit(int max, int maxPerClient) {
        this.max = max;
        this.maxPerClient = maxPerClient;
    }

    /** Takes a place for a session of {@code client}, if there is one. */
    Admitted admit(InetAddress client) {
        return admit(ClientKey.of(client), maxPerClient);
    }

    /** Takes a place for a session of a user of this machine, whom no limit per client applies to. */
    Admitted admitUser(int uid) {
        return admit(ClientKey.ofUser(uid), 0);
    }

    private Admitted admit(ClientKey key, int limit) {
        if (live.incrementAndGet() > max) {
            live.decrementAndGet();
            return EndReason.OVER_MAX_CONNECTIONS;
        }
        Permit granted = null;
        try {
            granted = acquire(key, limit) ? new Permit(this, key) : null;
        } finally {
            if (granted == null) {
                live.decrementAndGet();
            }
        }
        return granted == null ? EndReason.OVER_MAX_PER_IP : granted;
    }

    /** Returns how many places are taken. */
    int live() {
        return live.get();
    }

    /** Returns how many clients have a place. */
    int clients() {
        return clients.size();
    }

    /** Gives the place of a session of {@code client} back. */
    void release(ClientKey client) {
        live.decrementAndGet();
        clients.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Counts without a limit too: a reload may set a limit, and sessions that are already alive count against it. */
    private boolean acquire(ClientKey key, int most) {
        int limit = most == 0 ? Integer.MAX_VALUE : most;
        int[] before = new int[1];
        clients.compute(key, (k, count) -> {
            before[0] = count == null ? 0 : count;
            return before[0] < limit ? Integer.valueOf(before[0] + 1) : count;
        });
        return before[0] < limit;
    }
}
