package dev.refractium.server.upstream;

/**
 * What UDP flows show about a target, where no connect shows whether it is up: refusals, which anybody can forge, and
 * missing answers. Any thread.
 */
final class UdpEvidence {
    /** This many flows refused within a second call for a probe; this many unanswered ones make a target silent. */
    private static final int FLOWS = 3;

    private static final long REFUSED_WITHIN_NANOS = 1_000_000_000L;

    /** An answer to any flow within this time shows that the target is not silent. */
    private static final long ANSWER_NANOS = 5_000_000_000L;

    /** How long a refusal that a probe has confirmed counts, and how long a silence. */
    private static final long DOWN_NANOS = 5_000_000_000L;

    /**
     * When the latest refusals came, the oldest at {@code next}. This and the other fields are guarded by the monitor,
     * except answeredAt.
     */
    private final long[] refusedAt = new long[FLOWS];

    private int next;
    private int refusals;
    private boolean probing;
    private boolean loggedSilent;

    /** Flows without an answer since the last answer; written under the monitor, read without. */
    private volatile int unanswered;

    /** Whether it ever answered, and when last. */
    private volatile boolean answers;

    private volatile long answeredAt;

    /** The time until which it counts as refusing, once a probe has confirmed that it does. */
    private volatile boolean refuses;

    private volatile long refusedUntil;

    /** The time until which it counts as silent. */
    private volatile boolean silent;

    private volatile long silentUntil;

    /** Returns whether a probe is due, and records that it has begun. */
    synchronized boolean refused(long now) {
        refusedAt[next] = now;
        next = (next + 1) % FLOWS;
        refusals = Math.min(FLOWS, refusals + 1);
        if (probing || refusals < FLOWS || now - refusedAt[next] > REFUSED_WITHIN_NANOS) {
            return false;
        }
        probing = true;
        return true;
    }

    /** Records that a probe was refused too: the target is down for some seconds. */
    synchronized void confirmed(long now) {
        probing = false;
        refusals = 0;
        refusedUntil = now + DOWN_NANOS;
        refuses = true;
    }

    /** Records that a probe was not refused, or could not be made. */
    synchronized void dismissed() {
        probing = false;
        refusals = 0;
        refuses = false;
    }

    /** Returns whether it refused or was silent, which may be over. */
    boolean isSuspect() {
        return refuses || silent;
    }

    boolean isRefusing(long now) {
        return refuses && now - refusedUntil < 0;
    }

    void answered(long now) {
        answeredAt = now;
        answers = true;
        if (refuses) {
            refuses = false;
        }
        if (unanswered != 0) {
            reset();
        }
    }

    /** Returns whether it has just become silent. */
    synchronized boolean unanswered(long now, boolean answeredElsewhere) {
        if (answers ? now - answeredAt < ANSWER_NANOS : !answeredElsewhere) {
            return false;
        }
        unanswered = Math.min(FLOWS, unanswered + 1);
        if (unanswered < FLOWS) {
            return false;
        }
        silentUntil = now + DOWN_NANOS;
        silent = true;
        boolean first = !loggedSilent;
        loggedSilent = true;
        return first;
    }

    boolean isSilent(long now) {
        return silent && now - silentUntil < 0;
    }

    private synchronized void reset() {
        unanswered = 0;
        silent = false;
        loggedSilent = false;
    }
}
