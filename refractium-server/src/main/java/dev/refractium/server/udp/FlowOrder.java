package dev.refractium.server.udp;

import dev.refractium.server.udp.FlowList.Ranked;
import org.jspecify.annotations.Nullable;

/**
 * The order in which flows give way to new ones. A flow that waits for its first answer is under way, and one that has
 * waited for long is likely a stranger's: the address of a forged sender never answers back. Loop thread only.
 */
final class FlowOrder {
    /** An unanswered flow gives way only at this age, in milliseconds: its answer may be under way. */
    static final long UNANSWERED_MS = 2_000;

    /** An answered flow that goes on gives way only after so much quiet, in milliseconds. */
    static final long IN_USE_MS = 1_000;

    /** The oldest first. */
    private final FlowList unanswered;

    /** The longest settled first. */
    private final FlowList settled;

    /** The longest quiet first. */
    private final FlowList inUse;

    private int size;

    /** @param ofClient whether the order is that of one client's flows; else it is that of all flows */
    FlowOrder(boolean ofClient) {
        unanswered = new FlowList(ofClient);
        settled = new FlowList(ofClient);
        inUse = new FlowList(ofClient);
    }

    /** How far the exchange of a flow has come. */
    enum Standing {
        /** Nothing has come from the backend yet. */
        UNANSWERED,
        /** A question or two, as many answers, and nothing since: what a resolver asks has come to its end. */
        SETTLED,
        /** Answered, and going on. */
        IN_USE
    }

    int size() {
        return size;
    }

    /** Adds a flow that is not answered yet. */
    void add(Ranked flow) {
        unanswered.append(flow);
        size++;
    }

    /** Files a flow again, since a datagram of it has moved. */
    void moved(Ranked flow, Standing before, Standing now) {
        if (before != now) {
            of(before).remove(flow);
            of(now).append(flow);
        } else if (now == Standing.IN_USE) {
            inUse.moveToEnd(flow);
        }
    }

    void remove(Ranked flow, Standing filed) {
        of(filed).remove(flow);
        size--;
    }

    /** Returns the flow that gives way where one client has too many; null if the new one has to wait. */
    @Nullable
    Ranked firstOfClient() {
        Ranked done = settled.first();
        return done != null ? done : firstOfAll();
    }

    /**
     * Returns the flow that gives way where all clients together have too many; null if the new one has to wait. A
     * settled flow of another client may yet be used again.
     */
    @Nullable
    Ranked firstOfAll() {
        Ranked oldest = unanswered.first();
        if (oldest != null && oldest.ageMs() >= UNANSWERED_MS) {
            return oldest;
        }
        Ranked done = settled.first();
        Ranked used = inUse.first();
        Ranked quietest = done == null || (used != null && used.quietMs() > done.quietMs()) ? used : done;
        return quietest != null && quietest.quietMs() >= IN_USE_MS ? quietest : null;
    }

    private FlowList of(Standing standing) {
        return switch (standing) {
            case UNANSWERED -> unanswered;
            case SETTLED -> settled;
            case IN_USE -> inUse;
        };
    }
}
