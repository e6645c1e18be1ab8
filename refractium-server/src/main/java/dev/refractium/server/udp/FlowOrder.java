package dev.refractium.server.udp;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The order that flows give way in to new ones. A flow that waits for its first answer is under way, and one that has
 * waited for long is likely a stranger's: the address of a forged sender never answers back. Loop thread only.
 *
 * @param <F> the flows
 */
final class FlowOrder<F extends FlowOrder.Ranked> {
    /** An unanswered flow gives way only at this age, in milliseconds: its answer may be under way. */
    static final long UNANSWERED_MS = 2_000;

    /** An answered flow that goes on gives way only after so much quiet, in milliseconds. */
    static final long IN_USE_MS = 1_000;

    /** The oldest first. */
    private final Map<F, F> unanswered = new LinkedHashMap<>();

    /** The longest settled first. */
    private final Map<F, F> settled = new LinkedHashMap<>();

    /** The longest quiet first. */
    private final Map<F, F> inUse = new LinkedHashMap<>(16, 0.75f, true);

    /** How far the exchange of a flow has come. */
    enum Standing {
        /** Nothing has come from the backend yet. */
        UNANSWERED,
        /** A question or two, as many answers, and nothing since: what a resolver asks has come to its end. */
        SETTLED,
        /** Answered, and going on. */
        IN_USE
    }

    /** A flow, as far as the order depends on it. */
    interface Ranked {
        /** Returns how long the flow has lived, in milliseconds. */
        long ageMs();

        /** Returns how long nothing has moved, in milliseconds. */
        long quietMs();
    }

    int size() {
        return unanswered.size() + settled.size() + inUse.size();
    }

    /** Adds a flow that is not answered yet. */
    void add(F flow) {
        unanswered.put(flow, flow);
    }

    /** Files a flow again, since a datagram of it has moved. */
    void moved(F flow, Standing before, Standing now) {
        if (before != now) {
            of(before).remove(flow);
            of(now).put(flow, flow);
        } else if (now == Standing.IN_USE) {
            // Makes it the last one.
            inUse.get(flow);
        }
    }

    void remove(F flow, Standing filed) {
        of(filed).remove(flow);
    }

    /** Returns the flow that gives way where one client has too many; null if the new one has to wait. */
    @Nullable
    F firstOfClient() {
        F done = first(settled);
        return done != null ? done : firstOfAll();
    }

    /**
     * Returns the flow that gives way where all clients together have too many; null if the new one has to wait. A
     * settled flow of another client may yet be used again.
     */
    @Nullable
    F firstOfAll() {
        F oldest = first(unanswered);
        if (oldest != null && oldest.ageMs() >= UNANSWERED_MS) {
            return oldest;
        }
        F done = first(settled);
        F used = first(inUse);
        F quietest = done == null || (used != null && used.quietMs() > done.quietMs()) ? used : done;
        return quietest != null && quietest.quietMs() >= IN_USE_MS ? quietest : null;
    }

    private Map<F, F> of(Standing standing) {
        return switch (standing) {
            case UNANSWERED -> unanswered;
            case SETTLED -> settled;
            case IN_USE -> inUse;
        };
    }

    private static <F> @Nullable F first(Map<F, F> eldestFirst) {
        return eldestFirst.isEmpty() ? null : eldestFirst.keySet().iterator().next();
    }
}
