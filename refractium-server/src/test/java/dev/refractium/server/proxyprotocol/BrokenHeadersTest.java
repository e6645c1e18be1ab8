package dev.refractium.server.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.proxyprotocol.HeaderResult.Malformed;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** 100,000 headers, sound, nested and broken: what is read is what Netty reads, and it never depends on a cut. */
class BrokenHeadersTest {
    private static final int HEADERS = 100_000;

    /** Every header is compared with Netty's reading. One of this many is cut at every byte too; all would take a minute. */
    private static final int CUT_EVERY = 20;

    private final HeaderSamples samples = new HeaderSamples(new Random(14));

    @Test
    void readsWhatNettyReads() {
        int sound = 0;
        int broken = 0;
        for (int i = 0; i < HEADERS; i++) {
            byte[] bytes = samples.next();
            HeaderResult result = HeaderPromises.check(bytes, i % CUT_EVERY == 0);
            sound += result instanceof ProxyHeader ? 1 : 0;
            broken += result instanceof Malformed ? 1 : 0;
        }
        System.out.printf(
                "PROXY headers as Netty reads them: %d of %d, %d of them sound, %d broken%n",
                HEADERS, HEADERS, sound, broken);
        assertThat(sound).isGreaterThan(HEADERS / 5);
        assertThat(broken).isGreaterThan(HEADERS / 5);
    }
}
