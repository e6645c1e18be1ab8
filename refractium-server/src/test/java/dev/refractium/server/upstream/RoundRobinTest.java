package dev.refractium.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How turns are shared among healthy, dead and unknown backends, and how they lie. */
class RoundRobinTest {
    @Test
    void everyBackendHasTheTurnsOfItsWeight() {
        SomeBackends backends = SomeBackends.ofWeights(5, 1, 3, 1);

        assertThat(backends.shares(backends.pool(Policy.ROUND_ROBIN), 1000)).containsExactly(500, 100, 300, 100);
    }

    @Test
    void theShareOfADeadBackendIsSpreadByWeight() {
        SomeBackends backends = SomeBackends.ofWeights(4, 1, 3, 2);
        backends.takeDown(0);

        assertThat(backends.shares(backends.pool(Policy.ROUND_ROBIN), 600)).containsExactly(0, 100, 300, 200);
    }

    @Test
    void aHeavyBackendsTurnsLieEvenlyBetweenThoseOfOthers() {
        assertThat(order(SomeBackends.ofWeights(4, 1, 1), 12)).isEqualTo("aabaacaabaac");
        assertThat(order(SomeBackends.ofWeights(1, 1, 1), 6)).isEqualTo("abcabc");
        assertThat(order(SomeBackends.ofWeights(300, 300, 300), 6)).isEqualTo("abcabc");
    }

    @Test
    void noRunOfTurnsIsFarFromTheWeights() {
        Random random = new Random(7);
        double farthest = 0;
        for (int round = 0; round < 50; round++) {
            int[] weights = random.ints(2 + random.nextInt(8), 1, 50).toArray();
            SomeBackends backends = SomeBackends.ofWeights(weights);
            Pool pool = backends.pool(Policy.ROUND_ROBIN);
            backends.shares(pool, random.nextInt(100));
            int turns = 1 + random.nextInt(200);

            int[] shares = backends.shares(pool, turns);

            for (int i = 0; i < weights.length; i++) {
                double fair =
                        (double) turns * weights[i] / Arrays.stream(weights).sum();
                farthest = Math.max(farthest, Math.abs(shares[i] - fair));
            }
        }

        System.out.printf("round robin by weight: at most %.2f turns from the share, in any run%n", farthest);
        assertThat(farthest).isLessThan(2);
    }

    @Test
    void mostBackendsMayBeDown() {
        SomeBackends backends = SomeBackends.of(100);
        for (int i = 0; i < 98; i++) {
            backends.takeDown(i);
        }

        int[] shares = backends.shares(backends.pool(Policy.ROUND_ROBIN), 1000);

        assertThat(shares[98] + shares[99]).isEqualTo(1000);
        assertThat(shares[98]).isBetween(400, 600);
    }

    @Test
    void turnsGoOnWhenAServerIsAddedOrRemoved() {
        SomeBackends backends = SomeBackends.of(4);
        BalanceRules rules = new BalanceRules(Policy.ROUND_ROBIN);
        Pool pool = new Pool("test", backends.all().subList(0, 3), rules);
        backends.shares(pool, 4);

        Pool larger = pool.next(backends.all(), rules, PoolHandling.DEFAULT);
        assertThat(order(backends, larger, 4)).isEqualTo("abcd");

        Pool smaller = larger.next(List.of(backends.get(3), backends.get(1)), rules, PoolHandling.DEFAULT);
        assertThat(order(backends, smaller, 4)).isEqualTo("dbdb");
    }

    @Test
    void turnsGoByTheWeightThatAnOperatorHasOrdered() {
        SomeBackends backends = SomeBackends.ofWeights(1, 1, 1);
        Pool pool = backends.pool(Policy.ROUND_ROBIN);
        assertThat(order(backends, pool, 2)).isEqualTo("ab");

        backends.weigh(0, 2);

        assertThat(order(backends, pool, 8).chars().filter(c -> c == 'a')).hasSize(4);
    }

    @Test
    void hugeWeightsAreRoundedToAShorterCycle() {
        int[] weights = new Random(3).ints(3000, 500, 1000).toArray();

        Members members = new Members(SomeBackends.ofWeights(weights).all(), 0);
        int[] turns = new int[weights.length];
        int cycle = 1 << 20;
        for (int i = 0; i < cycle; i++) {
            turns[members.at(i)]++;
        }

        double sum = Arrays.stream(weights).sum();
        for (int i = 0; i < weights.length; i++) {
            assertThat(turns[i] / (double) cycle).isBetween(weights[i] / sum * 0.98, weights[i] / sum * 1.02);
        }
    }

    private static String order(SomeBackends backends, int turns) {
        return order(backends, backends.pool(Policy.ROUND_ROBIN), turns);
    }

    private static String order(SomeBackends backends, Pool pool, int turns) {
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < turns; i++) {
            order.append((char) ('a' + backends.position(Objects.requireNonNull(pool.first(HashKey.NONE)))));
        }
        return order.toString();
    }
}
