package dev.refractium.server.limit;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The token buckets of clients. At most {@link #MOST} clients have one: at the bound, a new client's takes the place of
 * one that is full again, or else of the one that is full first, of a few that are looked at. A client that loses its
 * bucket begins with a full one. Any thread; takes no lock but the map's, except at the bound.
 */
public final class RateTable {
    /** How many clients have a bucket; about 6 MB. */
    public static final int MOST = 1 << 16;

    /** A new client finds room without the lock while there is more room than threads may take at a time. */
    private static final int SLACK = 1024;

    /** How many buckets are looked at for one that can go. */
    private static final int LOOKED_AT = 16;

    /** When each client's bucket is full again. */
    private final ConcurrentHashMap<ClientKey, Long> full = new ConcurrentHashMap<>();

    /** Where the search for buckets that can go continues. Guarded by this. */
    private Iterator<Map.Entry<ClientKey, Long>> next = full.entrySet().iterator();

    /**
     * Takes a token of a client's bucket.
     *
     * @param now by {@link System#nanoTime}
     * @return whether there was one
     */
    public boolean take(ClientKey client, Rate rate, long now) {
        Long before = full.get(client);
        while (before != null) {
            long after = rate.taken(before, now);
            if (after == before || full.replace(client, before, after)) {
                return after != before;
            }
            before = full.get(client);
        }
        return begin(client, rate, now);
    }

    /** Returns how many clients have a bucket. */
    int size() {
        return full.size();
    }

    private boolean begin(ClientKey client, Rate rate, long now) {
        if (isAlmostFull()) {
            makeRoom(now);
        }
        Long other = full.putIfAbsent(client, rate.taken(now, now));
        return other == null || take(client, rate, now);
    }

    private boolean isAlmostFull() {
        return full.mappingCount() >= MOST - SLACK;
    }

    private synchronized void makeRoom(long now) {
        while (isAlmostFull()) {
            evict(now);
        }
    }

    /** Removes the buckets that are full again of those looked at, or the one that is full first. */
    private void evict(long now) {
        Map.Entry<ClientKey, Long> first = null;
        for (int i = 0; i < LOOKED_AT && more(); i++) {
            Map.Entry<ClientKey, Long> bucket = next.next();
            if (bucket.getValue() - now <= 0) {
                full.remove(bucket.getKey(), bucket.getValue());
            }
            if (first == null || bucket.getValue() - first.getValue() < 0) {
                first = bucket;
            }
        }
        if (first != null && first.getValue() - now > 0) {
            full.remove(first.getKey(), first.getValue());
        }
    }

    private boolean more() {
        if (!next.hasNext()) {
            next = full.entrySet().iterator();
        }
        return next.hasNext();
    }
}
