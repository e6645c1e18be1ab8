package dev.refractium.server.metrics;

import dev.refractium.server.report.Measures;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Gathers the metrics of one scrape. Names lack the prefix {@code refractium_}, and those of counters {@code _total}. One
 * thread.
 */
final class Families {
    private static final String PREFIX = "refractium_";
    private static final double NANOS = 1e9;

    private final List<MetricSnapshot> all = new ArrayList<>();

    void gauge(String name, String help, Values values) {
        GaugeSnapshot.Builder family =
                GaugeSnapshot.builder().name(PREFIX + name).help(help);
        values.all()
                .forEach((labels, value) -> family.dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(labels)
                        .value(value)
                        .build()));
        all.add(family.build());
    }

    void counter(String name, String help, Values values) {
        CounterSnapshot.Builder family =
                CounterSnapshot.builder().name(PREFIX + name).help(help);
        values.all()
                .forEach((labels, value) -> family.dataPoint(CounterDataPointSnapshot.builder()
                        .labels(labels)
                        .value(value)
                        .build()));
        all.add(family.build());
    }

    void histogram(String name, String help, Map<Labels, Measures.Histogram> values) {
        HistogramSnapshot.Builder family =
                HistogramSnapshot.builder().name(PREFIX + name).help(help);
        values.forEach((labels, times) -> family.dataPoint(HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds(times), times.counts()))
                .sum(times.nanos() / NANOS)
                .build()));
        all.add(family.build());
    }

    void info(String name, String help, Labels labels) {
        all.add(InfoSnapshot.builder()
                .name(PREFIX + name)
                .help(help)
                .dataPoint(InfoDataPointSnapshot.builder().labels(labels).build())
                .build());
    }

    MetricSnapshots snapshots() {
        return new MetricSnapshots(all);
    }

    /** Returns the upper bounds in seconds; the last bucket has none. */
    private static List<Double> bounds(Measures.Histogram times) {
        List<Double> bounds = new ArrayList<>();
        times.bounds().forEach(nanos -> bounds.add(nanos / NANOS));
        bounds.add(Double.POSITIVE_INFINITY);
        return bounds;
    }
}
