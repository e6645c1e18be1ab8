package dev.refractium.server.it.corpus;

import java.util.ArrayList;
import java.util.List;

/** How often one protocol was found, missed, and found where it is not, with the flows that went wrong. */
final class Tally {
    private final String name;
    private int found;
    private final List<String> missed = new ArrayList<>();
    private final List<String> mistaken = new ArrayList<>();

    Tally(String name) {
        this.name = name;
    }

    void found() {
        found++;
    }

    void missed(Flow flow) {
        missed.add(flow.id());
    }

    void mistaken(Flow flow) {
        mistaken.add(flow.id());
    }

    /** Of those that are it, how many were found. */
    double recall() {
        return (double) found / (found + missed.size());
    }

    /** Of those that were taken for it, how many are it. */
    double precision() {
        return (double) found / (found + mistaken.size());
    }

    @Override
    public String toString() {
        return String.format(
                "%s: %d flows, recall %.4f %s, precision %.4f %s",
                name, found + missed.size(), recall(), missed, precision(), mistaken);
    }
}
