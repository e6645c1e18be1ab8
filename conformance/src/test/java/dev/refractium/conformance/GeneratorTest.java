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
        assertThat(bytes(Heads.generate(7, 300))).isEqualTo(bytes(Heads.generate(7, 300)));
        assertThat(bytes(Hellos.generate(7, 300))).isEqualTo(bytes(Hellos.generate(7, 300)));
        assertThat(bytes(Heads.generate(7, 300))).isNotEqualTo(bytes(Heads.generate(8, 300)));
    }

    @Test
    void theProbesDiffer() {
        assertThat(bytes(Heads.generate(1, 2_000)).stream().distinct().count()).isGreaterThan(1_800);
        assertThat(bytes(Hellos.generate(1, 2_000)).stream().distinct().count()).isGreaterThan(1_800);
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
