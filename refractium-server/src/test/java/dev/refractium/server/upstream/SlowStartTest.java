package dev.refractium.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The share of a backend that has come up again. */
class SlowStartTest {
    private static final long RAMP = TimeUnit.SECONDS.toNanos(10);

    private final SomeBackends backends = SomeBackends.of(4);

    @ParameterizedTest
    @EnumSource(names = {"ROUND_ROBIN", "LEAST_CONNECTIONS", "RANDOM"})
    void itsShareGrowsWithTime(Policy policy) {
        Pool pool = backends.pool(new BalanceRules(policy, Optional.empty(), RAMP));
        assertThat(backends.shares(pool, 40_000)[3])
                .as("one that never was down")
                .isBetween(9_500, 10_500);
        backends.takeDown(3);
        backends.pass(1);
        backends.takeUp(3);

        StringBuilder seen = new StringBuilder();
        for (int tenths = 0; tenths <= 10; tenths++) {
            int share = backends.shares(pool, 40_000)[3];
            // Beside three whole shares.
            double grown = 3.0 * share / (40_000 - share);
            seen.append(String.format(" %.2f", grown));
            assertThat(grown).isBetween(tenths / 10.0 - 0.04, tenths / 10.0 + 0.06);
            backends.pass(RAMP / 10);
        }
        System.out.println(policy + ": share of one that came up again, each tenth of slow_start:" + seen);
    }

    @Test
    void clientsReturnToTheirBackendLittleByLittle() throws Exception {
        Pool pool = backends.pool(new BalanceRules(Policy.SOURCE_HASH, Optional.empty(), RAMP));
        backends.takeDown(3);
        backends.takeUp(3);

        backends.pass(RAMP / 2);
        int half = hashed(pool);
        backends.pass(RAMP / 2);
        int whole = hashed(pool);

        assertThat(half / 20_000.0).isBetween(0.5 / 3.5 - 0.01, 0.5 / 3.5 + 0.01);
        assertThat(whole / 20_000.0).isBetween(0.24, 0.26);
    }

    @Test
    void oneThatIsAloneTakesEverySession() {
        Pool pool = backends.pool(new BalanceRules(Policy.LEAST_CONNECTIONS, Optional.empty(), RAMP));
        for (int i = 0; i < 4; i++) {
            backends.takeDown(i);
        }
        backends.takeUp(2);

        assertThat(backends.kept(pool, 100)).containsExactly(0, 0, 100, 0);
    }

    private int hashed(Pool pool) throws Exception {
        int mine = 0;
        for (int i = 0; i < 20_000; i++) {
            InetAddress client = InetAddress.getByAddress(new byte[] {10, 1, (byte) (i >> 8), (byte) i});
            Target chosen = pool.first(HashKey.of(new InetSocketAddress(client, 1)));
            mine += chosen == backends.target(3) ? 1 : 0;
        }
        return mine;
    }
}
