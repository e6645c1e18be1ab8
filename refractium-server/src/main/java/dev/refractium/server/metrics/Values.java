package dev.refractium.server.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.LinkedHashMap;
import java.util.Map;

/** The values of one metric by their labels; those of equal labels are added up. One thread. */
final class Values {
    private final Map<Labels, Double> values = new LinkedHashMap<>();

    /** Returns the value of a metric without labels. */
    static Values of(double value) {
        return new Values().add(Labels.EMPTY, value);
    }

    static Values of(long value) {
        return of((double) value);
    }

    static Values of(boolean value) {
        return of(value ? 1 : 0);
    }

    Values add(Labels labels, double value) {
        values.merge(labels, value, Double::sum);
        return this;
    }

    Values add(Labels labels, long value) {
        return add(labels, (double) value);
    }

    Map<Labels, Double> all() {
        return values;
    }
}
