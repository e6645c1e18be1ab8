package dev.refractium.server.operate;

import dev.refractium.api.Units;
import dev.refractium.server.control.SamplesRequest;
import dev.refractium.server.report.Samples;
import dev.refractium.server.session.ClientSamples;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.Words;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Switches the samples of clients without a route on and off, and shows them to people. Any thread. */
final class SampleKeeper {
    private static final Logger log = LoggerFactory.getLogger(SampleKeeper.class);

    private final ClientSamples samples;
    private final Supplier<Instant> now;

    /** @param now the time of day */
    SampleKeeper(ClientSamples samples, Supplier<Instant> now) {
        this.samples = samples;
        this.now = now;
    }

    Samples keep(SamplesRequest request, String by) {
        if (request.time().isZero()) {
            samples.stop();
            log.info("client samples off by=\"{}\"", Escape.text(by, 128));
        } else {
            samples.keepFor(request.time());
            log.info("client samples on for={} by=\"{}\"", Units.format(request.time()), Escape.text(by, 128));
        }
        return read();
    }

    Samples read() {
        Instant time = now.get();
        long nanos = System.nanoTime();
        Duration left = samples.left();
        List<Samples.Sample> newest = samples.newest().stream()
                .map(sample -> new Samples.Sample(
                        time.minusNanos(nanos - sample.at()),
                        sample.listener(),
                        Words.of(sample.transport()),
                        sample.why().label(),
                        text(sample.bytes())))
                .toList();
        boolean on = !left.isZero() && !left.isNegative();
        return new Samples(on, on ? Optional.of(time.plus(left)) : Optional.empty(), newest);
    }

    private static String text(byte[] bytes) {
        String visible = new String(bytes, StandardCharsets.US_ASCII);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes.length; i++) {
            char c = visible.charAt(i);
            boolean plain = c >= ' ' && c <= '~' && c != '\\';
            text.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "\\x%02x", bytes[i] & 0xff));
        }
        return text.toString();
    }
}
