package dev.refractium.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How the policies that go by live sessions share them. */
class LeastConnectionsTest {
    @ParameterizedTest
    @EnumSource(names = {"LEAST_CONNECTIONS", "RANDOM"})
    void sessionsThatLastAreSharedByWeight(Policy policy) {
        SomeBackends backends = SomeBackends.ofWeights(5, 1, 3, 1);

        int[] kept = backends.kept(backends.pool(policy), 10_000);

        System.out.printf("%s: 10,000 sessions that last, weights 5 1 3 1: %s%n", policy, Arrays.toString(kept));
        assertIsWithin(0.02, kept, 5000, 1000, 3000, 1000);
    }

    @ParameterizedTest
    @EnumSource(names = {"LEAST_CONNECTIONS", "RANDOM"})
    void sessionsThatEndAtOnceAreSharedByWeight(Policy policy) {
        SomeBackends backends = SomeBackends.ofWeights(5, 1, 3, 1);

        int[] shares = backends.shares(backends.pool(policy), 200_000);

        System.out.printf("%s: 200,000 sessions that end at once: %s%n", policy, Arrays.toString(shares));
        assertIsWithin(0.02, shares, 100_000, 20_000, 60_000, 20_000);
    }

    @ParameterizedTest
    @EnumSource(names = {"LEAST_CONNECTIONS", "RANDOM"})
    void theShareOfADeadBackendIsSpreadOverAllOthers(Policy policy) {
        SomeBackends backends = SomeBackends.ofWeights(4, 1, 3, 2);
        backends.takeDown(0);

        assertIsWithin(0.02, backends.shares(backends.pool(policy), 120_000), 0, 20_000, 60_000, 40_000);
        assertIsWithin(0.02, backends.kept(backends.pool(policy), 12_000), 0, 2_000, 6_000, 4_000);
    }

    @Test
    void theFewestSessionsAreFoundAmongAll() {
        SomeBackends backends = SomeBackends.of(LeastConnections.COMPARED);
        for (int i = 0; i < LeastConnections.COMPARED; i++) {
            backends.load(i, i == 77 ? 2 : 3);
        }

        assertThat(backends.shares(backends.pool(Policy.LEAST_CONNECTIONS), 500)[77])
                .isEqualTo(500);
    }

    @Test
    void inALargePoolAlsoNoneIsBusyForLong() {
        SomeBackends backends = SomeBackends.of(4 * LeastConnections.COMPARED);

        int[] kept = backends.kept(
                backends.pool(Policy.LEAST_CONNECTIONS), 20 * backends.all().size());

        assertThat(Arrays.stream(kept)).allMatch(sessions -> sessions >= 19 && sessions <= 21);
    }

    @Test
    void ofTwoTheLessLoadedIsTaken() {
        SomeBackends backends = SomeBackends.of(2);
        backends.load(0, 1);

        assertThat(backends.shares(backends.pool(Policy.RANDOM), 1000)[1]).isGreaterThan(990);
    }

    @ParameterizedTest
    @EnumSource(names = {"LEAST_CONNECTIONS", "RANDOM"})
    void addressesOfANameShareItsSessions(Policy policy) throws Exception {
        Source name = new Source("name.test", 80, Transport.TCP);
        name.resolved(PoolTest.addresses("127.0.0.2", "127.0.0.3", "127.0.0.4"));
        name.targets().get(1).sessionBegan();
        name.targets().get(1).sessionBegan();
        Pool pool = new Pool("test", List.of(new Backend(name)), new BalanceRules(policy));

        for (int i = 0; i < 100; i++) {
            Objects.requireNonNull(pool.first(HashKey.NONE)).sessionBegan();
        }

        assertThat(name.targets())
                .extracting(Target::sessions)
                .allSatisfy(sessions -> assertThat(sessions).isBetween(29, 39));
    }

    private static void assertIsWithin(double part, int[] shares, int... fair) {
        for (int i = 0; i < fair.length; i++) {
            assertThat((double) shares[i])
                    .as("share %d of %s", i, Arrays.toString(shares))
                    .isBetween(fair[i] * (1 - part), fair[i] * (1 + part));
        }
    }
}
