package dev.refractium.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every balancing policy must keep. How a policy shares sessions is shown by a test of its own. */
class PolicyTest {
    private final List<Source> sources = IntStream.range(0, 5)
            .mapToObj(i -> new Source("127.0.0.1", 2000 + i, Transport.TCP))
            .toList();
    private final List<Backend> members = sources.stream().map(Backend::new).toList();

    @ParameterizedTest
    @EnumSource
    void anIterationHasEveryBackendOnceAndThenEnds(Policy policy) {
        Balance balance = policy.balance();
        Members all = new Members(members, 0);
        for (int i = 0; i < 20; i++) {
            Set<Backend> left = new LinkedHashSet<>(members);

            for (int tried = 0; tried < members.size(); tried++) {
                Backend next = balance.next(all, left::contains, i + 1);
                assertThat(next).isNotNull();
                assertThat(left.remove(next)).isTrue();
            }

            assertThat(balance.next(all, left::contains, i + 1)).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void usableTargetsAreTriedBeforeThoseThatAreDownAndEachOnce(Policy policy) {
        sources.forEach(source -> source.resolved(List.of(InetAddress.getLoopbackAddress())));
        List<Source> down = sources.subList(1, 4);
        down.forEach(source -> takeDown(source.targets().get(0)));
        Pool pool = new Pool("test", members, new BalanceRules(policy));

        for (int i = 0; i < 20; i++) {
            List<Source> tried = order(pool);
            assertThat(tried).hasSize(5).doesNotHaveDuplicates();
            assertThat(tried.subList(2, 5)).containsExactlyInAnyOrderElementsOf(down);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPoolTakesTheTargetsThatASourceHasNow(Policy policy) throws Exception {
        Pool pool = new Pool("test", members.subList(0, 1), new BalanceRules(policy));
        assertThat(pool.first(1)).isNull();

        sources.get(0).resolved(PoolTest.addresses("127.0.0.2"));
        Target before = Objects.requireNonNull(pool.first(1));
        sources.get(0).resolved(PoolTest.addresses("127.0.0.3"));

        assertThat(pool.first(1)).isNotNull().isNotEqualTo(before);
        assertThat(pool.includes(before)).isTrue();
    }

    private static List<Source> order(Pool pool) {
        List<Source> tried = new ArrayList<>();
        Target first = pool.first(1);
        if (first != null) {
            tried.add(first.source());
            FailoverOrder order = pool.after(first, 1);
            for (Target next = order.next(); next != null; next = order.next()) {
                tried.add(next.source());
            }
        }
        return tried;
    }

    private static void takeDown(Target target) {
        target.probed("test", new HealthRules.Thresholds(1, 1));
    }
}
