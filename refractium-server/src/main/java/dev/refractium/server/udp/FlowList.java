package dev.refractium.server.udp;

import dev.refractium.server.session.EndReason;
import org.jspecify.annotations.Nullable;

/**
 * Flows in a row. A flow is its own entry, with the links of two lists: it stands in one list of all flows and in one of
 * its client's. Loop thread only.
 */
final class FlowList {
    private final boolean ofClient;
    private @Nullable Ranked first;
    private @Nullable Ranked last;

    /** @param ofClient whether the list is one of a client's flows; else it is one of all flows */
    FlowList(boolean ofClient) {
        this.ofClient = ofClient;
    }

    /** A flow, as far as its place among others depends on it. */
    abstract static class Ranked extends Stage {
        /** The order of the client's flows; null while the flow is in no order. {@link Flows} alone reads and writes it. */
        @Nullable
        FlowOrder ofClient;

        private @Nullable Ranked previousOfAll;
        private @Nullable Ranked nextOfAll;
        private @Nullable Ranked previousOfClient;
        private @Nullable Ranked nextOfClient;

        /** Returns how long the flow has lived, in milliseconds. */
        public abstract long ageMs();

        /** Returns how long nothing has moved, in milliseconds. */
        abstract long quietMs();

        /** Ends the flow, since a new one needs its place. */
        abstract void giveWay(EndReason exceeded);
    }

    /** Returns the flow that was appended before all others; null if the list is empty. */
    @Nullable
    Ranked first() {
        return first;
    }

    /** Adds a flow that is in no list of this kind. */
    void append(Ranked flow) {
        Ranked before = last;
        setPrevious(flow, before);
        setNext(flow, null);
        if (before == null) {
            first = flow;
        } else {
            setNext(before, flow);
        }
        last = flow;
    }

    /** Removes a flow of this list. */
    void remove(Ranked flow) {
        Ranked before = ofClient ? flow.previousOfClient : flow.previousOfAll;
        Ranked after = ofClient ? flow.nextOfClient : flow.nextOfAll;
        if (before == null) {
            first = after;
        } else {
            setNext(before, after);
        }
        if (after == null) {
            last = before;
        } else {
            setPrevious(after, before);
        }
    }

    /** Makes a flow of this list the last one. */
    void moveToEnd(Ranked flow) {
        if (flow != last) {
            remove(flow);
            append(flow);
        }
    }

    private void setPrevious(Ranked flow, @Nullable Ranked before) {
        if (ofClient) {
            flow.previousOfClient = before;
        } else {
            flow.previousOfAll = before;
        }
    }

    private void setNext(Ranked flow, @Nullable Ranked after) {
        if (ofClient) {
            flow.nextOfClient = after;
        } else {
            flow.nextOfAll = after;
        }
    }
}
