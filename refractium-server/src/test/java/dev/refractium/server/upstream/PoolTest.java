package dev.refractium.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.refractium.api.Transport;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PoolTest {
    private final List<Source> sources = IntStream.range(0, 4)
            .mapToObj(i -> new Source("127.0.0.1", 1000 + i, Transport.TCP))
            .toList();
    private final Pool pool = pool(sources);

    @BeforeEach
    void resolve() {
        sources.forEach(source -> source.resolved(List.of(InetAddress.getLoopbackAddress())));
    }

    @Test
    void everyUsableBackendHasItsTurn() {
        assertThat(shares(400))
                .hasSize(4)
                .allSatisfy((backend, share) -> assertThat(share).isEqualTo(100));
    }

    /** A refused configuration may have one, and its problems are reported all the same. */
    @Test
    void poolMayHaveNoBackend() {
        assertThat(pool(List.of()).backends()).isEmpty();
    }

    @Test
    void theNextGenerationGoesOnWhereThePoolStands() {
        List<Source> asked = new ArrayList<>();
        Pool now = pool;

        for (int i = 0; i < 8; i++) {
            asked.add(Objects.requireNonNull(now.first(HashKey.NONE)).source());
            now = now.next(now.backends(), new BalanceRules(Policy.ROUND_ROBIN), PoolHandling.DEFAULT);
        }

        assertThat(asked.subList(0, 4)).containsExactlyElementsOf(sources);
        assertThat(asked.subList(4, 8)).containsExactlyElementsOf(sources);
    }

    /** A reload of thousands of pools makes those anew that differ. */
    @Test
    void theNextGenerationHasTheSamePoolIfNothingDiffers() {
        BalanceRules rules = new BalanceRules(Policy.ROUND_ROBIN);
        List<Backend> same = List.copyOf(pool.backends());
        PoolHandling other = new PoolHandling(1, 1, false, true, PoolHandling.DEFAULT.dial());

        assertThat(pool.next(same, rules, PoolHandling.DEFAULT)).isSameAs(pool);
        assertThat(pool.next(same.subList(1, 4), rules, PoolHandling.DEFAULT)).isNotSameAs(pool);
        assertThat(pool.next(same, new BalanceRules(Policy.FIRST), PoolHandling.DEFAULT))
                .isNotSameAs(pool);
        assertThat(pool.next(same, rules, other)).isNotSameAs(pool);
    }

    @Test
    void poolsOfOneSourceShareItsHealth() {
        Pool another = pool(sources);

        takeDown(only(sources.get(1)));

        assertThat(order(pool).get(3)).isEqualTo(only(sources.get(1)));
        assertThat(order(another).get(3)).isEqualTo(only(sources.get(1)));
    }

    /** The 24 bytes are the predicate that a policy is given; no iterator is made, and no list. */
    @Test
    void firstTargetCostsOnePredicateAtMost() {
        long ofOne = bytesPerFirst(pool(sources.subList(0, 1)));
        long ofFour = bytesPerFirst(pool);

        System.out.println("bytes allocated per first target: " + ofOne + " of one backend, " + ofFour + " of four");
        assertThat(ofOne).isZero();
        assertThat(ofFour).isLessThanOrEqualTo(32);
    }

    @ParameterizedTest
    @EnumSource
    void noPolicyCostsMoreThanOnePredicate(Policy policy) {
        Pool four = new Pool("test", sources.stream().map(Backend::new).toList(), new BalanceRules(policy));

        long bytes = bytesPerFirst(four);

        System.out.println("bytes allocated per first target: " + bytes + " by " + policy);
        assertThat(bytes).isLessThanOrEqualTo(32);
    }

    @Test
    void theShareOfOneThatIsDownIsSpreadOverAllOthers() {
        takeDown(only(sources.get(1)));

        assertThat(shares(300))
                .hasSize(3)
                .allSatisfy((backend, share) -> assertThat(share).isEqualTo(100));
    }

    @Test
    void thoseThatAreDownAreTriedLastAndEachOnce() {
        takeDown(only(sources.get(0)));
        takeDown(only(sources.get(2)));

        List<Source> tried = order(pool).stream().map(Target::source).toList();

        assertThat(tried).hasSize(4).doesNotHaveDuplicates();
        assertThat(tried.subList(0, 2)).containsExactlyInAnyOrder(sources.get(1), sources.get(3));
    }

    @Test
    void aBackendWithoutAnAddressIsNotTried() {
        Source unresolved = new Source("nowhere.invalid", 1, Transport.TCP);
        Pool mixed = pool(List.of(unresolved, sources.get(0)));

        for (int i = 0; i < 4; i++) {
            assertThat(order(mixed)).containsExactly(only(sources.get(0)));
        }
        assertThat(pool(List.of(unresolved)).first(HashKey.NONE)).isNull();
    }

    @Test
    void allAddressesOfABackendAreTriedBeforeTheNextBackend() throws Exception {
        Source two = new Source("two.test", 80, Transport.TCP);
        Source three = new Source("three.test", 80, Transport.TCP);
        two.resolved(addresses("127.0.0.1", "::1"));
        three.resolved(addresses("127.0.0.2", "127.0.0.3", "127.0.0.4"));
        Pool names = pool(List.of(two, three));

        for (int i = 0; i < 4; i++) {
            List<Source> tried = order(names).stream().map(Target::source).toList();

            assertThat(tried).hasSize(5);
            assertThat(tried.get(0) == two ? tried.subList(0, 2) : tried.subList(3, 5))
                    .containsOnly(two);
            assertThat(tried.get(0) == three ? tried.subList(0, 3) : tried.subList(2, 5))
                    .containsOnly(three);
        }
    }

    @Test
    void aBackendsAddressThatIsDownIsTriedAfterTheOtherBackends() throws Exception {
        Source two = new Source("two.test", 80, Transport.TCP);
        two.resolved(addresses("127.0.0.1", "::1"));
        Pool mixed = pool(List.of(two, sources.get(0)));
        takeDown(two.targets().get(1));

        for (int i = 0; i < 4; i++) {
            List<Target> tried = order(mixed);

            assertThat(tried.subList(0, 2))
                    .containsExactlyInAnyOrder(two.targets().get(0), only(sources.get(0)));
            assertThat(tried.get(2)).isEqualTo(two.targets().get(1));
        }
    }

    @Test
    void addressesOfABackendTakeTurns() throws Exception {
        Source three = new Source("three.test", 80, Transport.TCP);
        three.resolved(addresses("127.0.0.2", "127.0.0.3", "127.0.0.4"));
        Pool one = pool(List.of(three));
        Map<Target, Integer> firsts = new HashMap<>();

        for (int i = 0; i < 30; i++) {
            firsts.merge(Objects.requireNonNull(one.first(HashKey.NONE)), 1, Integer::sum);
        }

        assertThat(firsts)
                .hasSize(3)
                .allSatisfy((target, times) -> assertThat(times).isEqualTo(10));
    }

    @Test
    void theFamilyThatWorkedLastIsTriedFirst() throws Exception {
        Source two = new Source("two.test", 80, Transport.TCP);
        two.resolved(addresses("127.0.0.1", "::1", "127.0.0.2"));
        Pool one = pool(List.of(two));
        Target six = two.targets().get(1);

        six.succeeded();

        for (int i = 0; i < 4; i++) {
            assertThat(order(one)).hasSize(3).first().isEqualTo(six);
        }
        takeDown(six);
        for (int i = 0; i < 4; i++) {
            assertThat(order(one)).hasSize(3).last().isEqualTo(six);
        }
    }

    @Test
    void aPoolIsLiveWhileOneAddressIsNotDown() throws Exception {
        Source two = new Source("two.test", 80, Transport.TCP);
        Pool one = pool(List.of(two));
        assertThat(one.isLive()).isFalse();

        two.resolved(addresses("127.0.0.1", "::1"));
        takeDown(two.targets().get(0));
        assertThat(one.isLive()).isTrue();

        takeDown(two.targets().get(1));
        assertThat(one.isLive()).isFalse();
    }

    @Test
    void turnsGoByWeight() {
        Pool weighted = new Pool(
                "test",
                List.of(member(sources.get(0), 3, false), member(sources.get(1), 1, false)),
                new BalanceRules(Policy.ROUND_ROBIN));
        Map<Source, Integer> shares = new HashMap<>();

        for (int i = 0; i < 400; i++) {
            shares.merge(Objects.requireNonNull(weighted.first(HashKey.NONE)).source(), 1, Integer::sum);
        }

        assertThat(shares).isEqualTo(Map.of(sources.get(0), 300, sources.get(1), 100));
    }

    @Test
    void backupsAreTriedWhileNoOtherIsUsable() {
        Pool spare = new Pool(
                "test",
                List.of(
                        member(sources.get(0), 1, true),
                        member(sources.get(1), 1, false),
                        member(sources.get(2), 1, true)),
                new BalanceRules(Policy.ROUND_ROBIN));
        assertThat(order(spare).get(0)).isEqualTo(only(sources.get(1)));

        takeDown(only(sources.get(1)));

        assertThat(order(spare))
                .hasSize(3)
                .endsWith(only(sources.get(1)))
                .contains(only(sources.get(0)), only(sources.get(2)));
    }

    @Test
    void firstTakesTheFileSOrder() {
        Pool ordered = new Pool("test", sources.stream().map(Backend::new).toList(), new BalanceRules(Policy.FIRST));
        assertThat(order(ordered))
                .containsExactlyElementsOf(sources.stream().map(PoolTest::only).toList());

        takeDown(only(sources.get(0)));

        assertThat(order(ordered)).startsWith(only(sources.get(1))).endsWith(only(sources.get(0)));
    }

    private static Backend member(Source source, int weight, boolean backup) {
        return new Backend(source, source.toString(), weight, backup, Integer.MAX_VALUE, new Standing());
    }

    private static Pool pool(List<Source> sources) {
        return new Pool("test", sources.stream().map(Backend::new).toList(), new BalanceRules(Policy.ROUND_ROBIN));
    }

    private static long bytesPerFirst(Pool pool) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int sessions = 100_000;
        for (int i = 0; i < sessions; i++) {
            pool.first(HashKey.NONE);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < sessions; i++) {
            pool.first(HashKey.NONE);
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / sessions;
    }

    private Map<Source, Integer> shares(int sessions) {
        Map<Source, Integer> shares = new HashMap<>();
        for (int i = 0; i < sessions; i++) {
            shares.merge(Objects.requireNonNull(pool.first(HashKey.NONE)).source(), 1, Integer::sum);
        }
        return shares;
    }

    /** What a session tries whose every attempt fails. */
    private static List<Target> order(Pool pool) {
        List<Target> tried = new ArrayList<>();
        Target first = pool.first(HashKey.NONE);
        if (first != null) {
            tried.add(first);
            FailoverOrder order = pool.after(first, HashKey.NONE);
            for (Target next = order.next(); next != null; next = order.next()) {
                tried.add(next);
            }
        }
        assertThat(tried).doesNotHaveDuplicates();
        return tried;
    }

    private static Target only(Source source) {
        assertThat(source.targets()).hasSize(1);
        return source.targets().get(0);
    }

    static List<InetAddress> addresses(String... literals) throws UnknownHostException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String literal : literals) {
            addresses.add(InetAddress.getByName(literal));
        }
        return addresses;
    }

    private static void takeDown(Target target) {
        target.probed("test", new HealthRules.Thresholds(1, 1));
    }
}
