package dev.refractium.server.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientSamplesTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ListenerMeter listener = new Sessions().meters().listener(Transport.TCP, "default");
    private long now = Long.MAX_VALUE - 5; // About to overflow.
    private final ClientSamples samples = new ClientSamples(() -> now);

    @Test
    void nothingIsKeptUnlessAskedFor() {
        samples.add(listener, EndReason.UNMATCHED, bytes("x"));

        assertThat(samples.areWanted(EndReason.UNMATCHED)).isFalse();
        assertThat(samples.newest()).isEmpty();
        assertThat(samples.left()).isZero();
    }

    @Test
    void firstBytesOfTheNewestAreKept() {
        samples.keepFor(MINUTE);
        ByteBuffer said = bytes("a".repeat(40));
        for (int i = 0; i < 150; i++) {
            samples.add(listener, EndReason.UNMATCHED, bytes("client " + i));
        }
        samples.add(listener, EndReason.SILENT, said);

        List<ClientSamples.Sample> newest = samples.newest();

        assertThat(said.remaining()).isEqualTo(40);
        assertThat(newest).hasSize(ClientSamples.MOST);
        assertThat(newest.get(0).bytes()).isEqualTo("a".repeat(32).getBytes(US_ASCII));
        assertThat(newest.get(0).why()).isEqualTo(EndReason.SILENT);
        assertThat(newest.get(0).listener()).isEqualTo("default");
        assertThat(newest.get(1).bytes()).isEqualTo("client 149".getBytes(US_ASCII));
        assertThat(newest.get(99).bytes()).isEqualTo("client 51".getBytes(US_ASCII));
    }

    @Test
    void onlyClientsWithoutARouteAreWanted() {
        samples.keepFor(MINUTE);

        assertThat(List.of(EndReason.values()).stream().filter(samples::areWanted))
                .containsExactly(EndReason.UNMATCHED, EndReason.NO_ROUTE, EndReason.INCOMPLETE, EndReason.SILENT);
    }

    @Test
    void allIsForgottenOnceTheTimeIsOver() {
        samples.keepFor(MINUTE);
        samples.add(listener, EndReason.UNMATCHED, bytes("x"));

        now += MINUTE.toNanos() - 1;
        assertThat(samples.newest()).hasSize(1);
        assertThat(samples.left()).isEqualTo(Duration.ofNanos(1));
        now++;
        assertThat(samples.newest()).isEmpty();
        assertThat(samples.areWanted(EndReason.UNMATCHED)).isFalse();
    }

    @Test
    void longerTimeKeepsWhatThereIsAndTheEndForgetsIt() {
        samples.keepFor(MINUTE);
        samples.add(listener, EndReason.UNMATCHED, bytes("1"));
        samples.add(listener, EndReason.UNMATCHED, bytes("2"));

        samples.keepFor(MINUTE.multipliedBy(2));
        assertThat(samples.newest())
                .extracting(sample -> new String(sample.bytes(), US_ASCII))
                .containsExactly("2", "1");
        samples.stop();
        assertThat(samples.newest()).isEmpty();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }
}
