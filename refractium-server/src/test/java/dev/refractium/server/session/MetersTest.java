package dev.refractium.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.refractium.api.Transport;
import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MetersTest {
    private final Meters meters = new Meters();
    private final ListenerMeter listener = meters.listener(Transport.TCP, "web");

    @Test
    void aSessionCountsWhereItsRouteIs() {
        SessionMeter undecided = listener.undecided();
        undecided.began();
        SessionMeter routed = undecided.movedTo("http", "site");

        assertThat(undecided.live()).isZero();
        assertThat(routed.live()).isEqualTo(1);
        assertThat(routed).isSameAs(listener.of("http", "site"));
        assertThat(listener.openedSoFar()).isEqualTo(1);
    }

    @Test
    void routesBeyondTheLimitCountAsOther() {
        meters.limit(2);
        listener.of("http", "a").routed();
        listener.of("http", "b").routed();
        listener.of("http", "c").routed();
        listener.of("http", "d").routed();

        assertThat(listener.of("http", "a").routedSoFar()).isEqualTo(1);
        assertThat(listener.of("http", "other").routedSoFar()).isEqualTo(2);
    }

    @Test
    void whatIsGoneIsForgottenOnceItHasNoSession() {
        SessionMeter kept = listener.of("http", "kept");
        SessionMeter gone = listener.of("http", "gone");
        SessionMeter used = listener.of("http", "used");
        meters.listener(Transport.UDP, "web").of("", "x");
        used.began();
        gone.routed();

        meters.retain(
                Set.of(new Meters.Named(Transport.TCP, "web", ""), new Meters.Named(Transport.TCP, "web", "kept")));

        assertThat(listener.of("http", "kept")).isSameAs(kept);
        assertThat(listener.of("http", "used")).isSameAs(used);
        assertThat(listener.of("http", "gone").routedSoFar()).isZero();
        assertThat(meters.listeners(Transport.UDP)).isEmpty();
    }

    @Test
    void durationsCountInTheFirstBucketThatHoldsThem() {
        TimeHistogram times = new TimeHistogram();
        times.record(-1);
        times.record(TimeUnit.MILLISECONDS.toNanos(1));
        times.record(TimeUnit.MILLISECONDS.toNanos(1) + 1);
        times.record(TimeUnit.MINUTES.toNanos(1));

        long[] counts = times.counts();
        assertThat(counts[0]).isEqualTo(2);
        assertThat(counts[1]).isEqualTo(1);
        assertThat(counts[counts.length - 1]).isEqualTo(1);
        assertThat(counts).hasSize(TimeHistogram.upperBounds().length + 1);
        assertThat(times.sum()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(2) + 1 + TimeUnit.MINUTES.toNanos(1));
    }

    @Test
    void countingASessionAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        session(50_000);
        long before = threads.getCurrentThreadAllocatedBytes();

        session(100_000);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000);
    }

    private void session(int times) {
        for (int i = 0; i < times; i++) {
            SessionMeter meter = meters.listener(Transport.TCP, "web").undecided();
            meter.began();
            meter = meter.movedTo("http", "site");
            meter.routed();
            meter.protocol().dial().record(i);
            meter.fromClient().add(i);
            meter.left();
            meter.ended(EndReason.DONE);
        }
    }
}
