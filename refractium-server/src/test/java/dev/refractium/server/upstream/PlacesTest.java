package dev.refractium.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PlacesTest {
    private final Source source = new Source("several.test", 80, Transport.TCP);
    private final Pool pool = new Pool("test", List.of(new Backend(source)), new BalanceRules(Policy.ROUND_ROBIN));

    @Test
    void eightThreadsNeverTakeMoreThanThereAre() throws Exception {
        resolve("127.0.0.1");
        source.limit(5);
        Target target = source.targets().get(0);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger taken = new AtomicInteger();
        Callable<Integer> thread = () -> {
            int most = 0;
            for (int i = 0; i < 20_000; i++) {
                if (target.sessionBegan()) {
                    most = Math.max(most, now.incrementAndGet());
                    taken.incrementAndGet();
                    Thread.onSpinWait();
                    now.decrementAndGet();
                    target.sessionEnded();
                    target.freePlace();
                }
            }
            return most;
        };
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (Future<Integer> most : threads.invokeAll(Collections.nCopies(8, thread))) {
                assertThat(most.get()).isLessThanOrEqualTo(5);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(taken).hasPositiveValue();
        assertThat(source.sessions()).isZero();
        assertThat(takeAll()).isEqualTo(5);
    }

    @Test
    void theMaximumOfANameIsThatOfAllItsAddressesTogether() throws Exception {
        resolve("127.0.0.1", "127.0.0.2", "127.0.0.3");
        source.limit(4);

        assertThat(takeAll()).isEqualTo(4);

        assertThat(source.targets().stream().map(Target::sessions)).containsExactlyInAnyOrder(1, 1, 2);
    }

    @Test
    void aMaximumThatIsLoweredHoldsOnceSessionsHaveEnded() throws Exception {
        resolve("127.0.0.1");
        source.limit(3);
        takeAll();
        source.limit(1);
        Target target = source.targets().get(0);

        target.freePlace();
        target.freePlace();
        assertThat(target.sessionBegan()).isFalse();

        target.freePlace();
        assertThat(target.sessionBegan()).isTrue();
    }

    @Test
    void aServerThatIsFullIsNotPassedOverForOneThatIsDown() throws Exception {
        Source other = new Source("127.0.0.9", 81, Transport.TCP);
        other.resolved(List.of(InetAddress.getByName("127.0.0.9")));
        resolve("127.0.0.1");
        Pool two = new Pool("two", List.of(new Backend(other), new Backend(source)), new BalanceRules(Policy.FIRST));
        source.limit(1);
        takeAll();
        Target down = other.targets().get(0);
        down.probed("test", new HealthRules.Thresholds(1, 1));

        assertThat(two.first(HashKey.NONE)).isNull();
        assertThat(two.isFull(target -> true)).isTrue();

        source.targets().get(0).probed("test", new HealthRules.Thresholds(1, 1));
        assertThat(two.first(HashKey.NONE)).isEqualTo(down);
    }

    @Test
    void aPoolThatDoesNotTryServersThatAreDownHasNone() throws Exception {
        resolve("127.0.0.1");
        Pool strict = new Pool(
                "strict",
                List.of(new Backend(source)),
                new BalanceRules(Policy.ROUND_ROBIN),
                new PoolHandling(0, 0, false, false, DialTimes.USUAL));
        Target target = source.targets().get(0);
        assertThat(strict.first(HashKey.NONE)).isEqualTo(target);

        target.probed("test", new HealthRules.Thresholds(1, 1));

        assertThat(strict.first(HashKey.NONE)).isNull();
        assertThat(strict.isFull(each -> true)).isFalse();
        assertThat(pool.first(HashKey.NONE)).isEqualTo(target);
    }

    @Test
    void onlyProbesTellThatATargetIsDownAndOnceEachTime() throws Exception {
        List<Target> told = new ArrayList<>();
        source.onDown(told::add);
        resolve("127.0.0.1");
        Target target = source.targets().get(0);

        target.failed("test", new InetSocketAddress(9));
        target.failed("test", new InetSocketAddress(9));
        assertThat(told).isEmpty();

        target.probed("test", new HealthRules.Thresholds(1, 2));
        target.probed("test", new HealthRules.Thresholds(1, 2));
        assertThat(told).containsExactly(target);

        target.probed(null, new HealthRules.Thresholds(1, 2));
        target.probed("test", new HealthRules.Thresholds(1, 2));
        assertThat(told).hasSize(1);
        target.probed("test", new HealthRules.Thresholds(1, 2));
        assertThat(told).hasSize(2);
    }

    private int takeAll() {
        int taken = 0;
        for (Target next = pool.first(HashKey.NONE); next != null; next = pool.first(HashKey.NONE)) {
            assertThat(next.sessionBegan()).isTrue();
            taken++;
        }
        return taken;
    }

    private void resolve(String... addresses) throws Exception {
        List<InetAddress> all = new ArrayList<>();
        for (String each : addresses) {
            all.add(Objects.requireNonNull(InetAddress.getByName(each)));
        }
        source.resolved(all);
    }
}
