package dev.refractium.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.conformance.http.Heads;
import dev.refractium.conformance.tls.Hellos;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class GeneratorTest {
    @Test
    void theSameSeedMakesTheSameProbes() {
        assertThat(bytes(Heads.generate(7, 3_000))).isEqualTo(bytes(Heads.generate(7, 3_000)));
        assertThat(bytes(Hellos.generate(7, 3_000))).isEqualTo(bytes(Hellos.generate(7, 3_000)));
        assertThat(bytes(Heads.generate(7, 3_000))).isNotEqualTo(bytes(Heads.generate(8, 3_000)));
    }

    @Test
    void theProbesDiffer() {
        assertThat(bytes(Heads.generate(1, 4_000)).stream().distinct().count()).isGreaterThan(3_500);
        assertThat(bytes(Hellos.generate(1, 5_000)).stream().distinct().count()).isGreaterThan(4_500);
    }

    @Test
    void aFailingServerAndAMismatchMakeATableUnclean() {
        Probe probe = Heads.generate(1, 1).get(0);
        Claim claim = new Claim.Named("a.test");
        Table table = new Table("heads");
        Tally tally = new Tally("server");
        table.add(tally);
        assertThat(table.isClean()).as("nothing was tried").isFalse();

        tally.add(probe, claim, new Served.Host("a.test"), Outcome.AGREED);
        assertThat(table.isClean()).isTrue();

        tally.add(probe, claim, new Served.Host("b.test"), Outcome.MISMATCH);
        assertThat(table.isClean()).isFalse();
        assertThat(String.join("\n", table.lines()))
                .contains("MISMATCH: proxy Named[name=a.test], server Host[name=b.test]");
    }

    private static List<ByteBuffer> bytes(List<Probe> probes) {
        return probes.stream().map(probe -> ByteBuffer.wrap(probe.bytes())).toList();
    }
}
