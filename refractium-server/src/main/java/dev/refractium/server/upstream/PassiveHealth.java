package dev.refractium.server.upstream;

import java.util.concurrent.TimeUnit;

/**
 * What sessions show about one target: failures to connect. Clients of three networks must have met one since the last
 * success before the target may be marked, so that no single client can have it marked. A mark lasts five seconds, each
 * further one twice as long up to a minute, until a success. Any thread.
 */
final class PassiveHealth {
    /** Clients of this many networks must have failed. */
    static final int NETWORKS = 3;

    /** Failures count together if they are not further apart than this. */
    private static final long WITHIN_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** The networks of the clients that failed, of which {@code count} are known. Guarded by the monitor. */
    private final long[] networks = new long[NETWORKS];

    private int count;
    private long since;

    /** How long the next mark lasts. Guarded by the monitor. */
    private long nextNanos = FIRST_NANOS;

    /** Whether there is anything to forget; written under the monitor, read without. */
    private volatile boolean doubtful;

    private volatile boolean marked;
    private volatile long markedUntil;

    /** Returns whether there is a mark, which may be over. */
    boolean hasMark() {
        return marked;
    }

    boolean isMarked(long now) {
        return marked && now - markedUntil < 0;
    }

    /** Returns whether the last session could not be connected. */
    boolean isDoubtful() {
        return doubtful;
    }

    /**
     * Records a failure that a client of this network met.
     *
     * @return whether there have been enough for a mark
     */
    synchronized boolean failed(long network, long now) {
        if (count > 0 && now - since > WITHIN_NANOS) {
            count = 0;
        }
        if (count == 0) {
            since = now;
        }
        doubtful = true;
        for (int i = 0; i < count; i++) {
            if (networks[i] == network) {
                return false;
            }
        }
        networks[count++] = network;
        if (count < NETWORKS) {
            return false;
        }
        count = 0;
        return true;
    }

    /** Marks the target, and returns for how long. */
    synchronized long mark(long now) {
        long nanos = nextNanos;
        nextNanos = Math.min(LONGEST_NANOS, 2 * nanos);
        markedUntil = now + nanos;
        marked = true;
        return nanos;
    }

    /** Records a success, which lifts a mark. */
    void succeeded() {
        if (doubtful) {
            forget();
        }
    }

    private synchronized void forget() {
        doubtful = false;
        marked = false;
        count = 0;
        nextNanos = FIRST_NANOS;
    }
}
