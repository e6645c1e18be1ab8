package dev.refractium.server.session;

import dev.refractium.server.limit.ClientKey;
import dev.refractium.server.limit.ListenerGate;
import dev.refractium.server.limit.Refusal;
import dev.refractium.server.text.Networks;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

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

    /** Takes a place for a session whose client is not known yet, if there is one; {@link Permit#countFor} judges that. */
    Admitted admit(ListenerGate gate) {
        if (!gate.takePlace()) {
            return EndReason.OVER_MAX_CONNECTIONS;
        }
        if (enter()) {
            return new Permit(this, null, gate);
        }
        gate.leave();
        return EndReason.OVER_MAX_CONNECTIONS;
    }

    /** Takes a place for a session of {@code client} in all limits, if there is one. */
    Admitted admit(InetAddress client, ListenerGate gate) {
        return admit(ClientKey.of(client), client, gate);
    }

    /** Takes a place for a session of a user of this machine, whom no limit per client applies to. */
    Admitted admitUser(int uid, ListenerGate gate) {
        return admit(ClientKey.ofUser(uid), null, gate);
    }

    private Admitted admit(ClientKey key, @Nullable InetAddress client, ListenerGate gate) {
        Refusal refusal = gate.enter(client);
        if (refusal != null) {
            return EndReason.of(refusal);
        }
        Admitted admitted = null;
        try {
            admitted = behind(gate, key, client);
        } finally {
            if (!(admitted instanceof Permit)) {
                gate.leave();
            }
        }
        return admitted;
    }

    private Admitted behind(ListenerGate gate, ClientKey key, @Nullable InetAddress client) {
        if (!enter()) {
            return EndReason.OVER_MAX_CONNECTIONS;
        }
        Permit granted = null;
        try {
            granted = acquire(key, client, gate.exempt()) ? new Permit(this, key, gate) : null;
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

    /** Gives the place of a session of {@code client} back; null: it counts for no client. */
    void release(@Nullable ClientKey client) {
        live.decrementAndGet();
        if (client == null) {
            return;
        }
        clients.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
    }

    private boolean enter() {
        boolean room = live.incrementAndGet() <= max;
        if (!room) {
            live.decrementAndGet();
        }
        return room;
    }

    /**
     * Counts a session of {@code client}, if it is within its limit. Counts without a limit too: a reload may set a limit,
     * and sessions that are already alive count against it.
     *
     * @param client null: a user of this machine, whom no limit per client applies to
     * @param exempt clients that no limit per client applies to
     */
    boolean acquire(ClientKey key, @Nullable InetAddress client, Networks exempt) {
        boolean limited = maxPerClient != 0 && client != null && !exempt.contains(client);
        int limit = limited ? maxPerClient : Integer.MAX_VALUE;
        int[] before = new int[1];
        clients.compute(key, (k, count) -> {
            before[0] = count == null ? 0 : count;
            return before[0] < limit ? Integer.valueOf(before[0] + 1) : count;
        });
        return before[0] < limit;
    }
}
