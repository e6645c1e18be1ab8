package dev.refractium.server.metrics;

import dev.refractium.server.report.Measures;
import dev.refractium.server.report.Status;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The metrics of a server at one moment, as text. docs/metrics.md lists them. */
public final class Exposition {
    private static final ExpositionFormatWriter PROMETHEUS = PrometheusTextFormatWriter.create();
    private static final ExpositionFormatWriter OPEN_METRICS = OpenMetricsTextFormatWriter.create();

    private final String contentType;
    private final byte[] body;

    private Exposition(String contentType, byte[] body) {
        this.contentType = contentType;
        this.body = body;
    }

    /**
     * Returns the metrics in a format that the reader accepts.
     *
     * @param accept as the header Accept of HTTP; empty: Prometheus
     */
    public static Exposition of(Status status, Measures measures, String accept) {
        ExpositionFormatWriter writer = writer(accept);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            writer.write(body, snapshots(status, measures));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Exposition(writer.getContentType(), body.toByteArray());
    }

    /** Returns the {@link #contentType} of the metrics for a reader that accepts this. */
    public static String format(String accept) {
        return writer(accept).getContentType();
    }

    private static ExpositionFormatWriter writer(String accept) {
        return OPEN_METRICS.accepts(accept) ? OPEN_METRICS : PROMETHEUS;
    }

    /** Returns the format. */
    public String contentType() {
        return contentType;
    }

    /** Returns the text in UTF-8; the caller must not change it. */
    public byte[] body() {
        return body;
    }

    private static MetricSnapshots snapshots(Status status, Measures measures) {
        Families families = new Families();
        new ServerMetrics(status, measures).add(families);
        SessionMetrics.add(families, status, measures);
        new BackendMetrics(status, measures).add(families);
        ProcessMetrics.add(families);
        return families.snapshots();
    }
}
