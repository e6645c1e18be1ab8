package dev.refractium.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Identification;
import dev.refractium.api.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which backend a client has, and how clients are shared. */
class SourceHashTest {
    private static final int CLIENTS = 100_000;

    private static final BalanceRules RULES = new BalanceRules(Policy.SOURCE_HASH);
    private static final BalanceRules BY_NAME = new BalanceRules(Policy.SOURCE_HASH, Optional.of("sni"), 0);

    @Test
    void oneOfTwentyRemovedMovesItsOwnClientsOnly() throws Exception {
        SomeBackends backends = SomeBackends.of(20);
        Pool before = backends.pool(RULES);
        List<Backend> others = new ArrayList<>(backends.all());
        others.remove(7);
        Pool after = before.next(others, RULES, PoolHandling.DEFAULT);

        int moved = 0;
        for (int i = 0; i < CLIENTS; i++) {
            Target had = choose(before, client(i));
            Target has = choose(after, client(i));
            moved += has == had ? 0 : 1;
            assertThat(has == had || had == backends.target(7)).isTrue();
        }

        System.out.printf("source_hash: 1 of 20 removed moves %d of %d clients%n", moved, CLIENTS);
        assertThat(moved).isLessThan(CLIENTS * 7 / 100);
    }

    @Test
    void oneThatIsDownMovesItsOwnClientsToAllOthers() throws Exception {
        SomeBackends backends = SomeBackends.of(5);
        Pool pool = backends.pool(RULES);
        List<Target> before = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            before.add(choose(pool, client(i)));
        }
        backends.takeDown(0);

        int[] taken = new int[5];
        for (int i = 0; i < 10_000; i++) {
            Target now = choose(pool, client(i));
            if (before.get(i) == backends.target(0)) {
                taken[backends.position(now)]++;
            } else {
                assertThat(now).isEqualTo(before.get(i));
            }
        }

        assertThat(taken[0]).isZero();
        assertThat(Arrays.stream(taken).skip(1)).allMatch(clients -> clients > 400 && clients < 600);
    }

    @Test
    void clientsAreSharedByWeight() throws Exception {
        int[] weights = {1, 2, 3, 4, 10};
        SomeBackends backends = SomeBackends.ofWeights(weights);
        Pool pool = backends.pool(RULES);
        int clients = 10 * CLIENTS;
        int[] shares = new int[weights.length];
        for (int i = 0; i < clients; i++) {
            shares[backends.position(choose(pool, client(i)))]++;
        }

        double farthest = 0;
        for (int i = 0; i < weights.length; i++) {
            farthest = Math.max(farthest, Math.abs(shares[i] / (clients * weights[i] / 20.0) - 1));
        }
        System.out.printf(
                "source_hash: weights 1 2 3 4 10 have %s of %d clients, at most %.2f %% off%n",
                Arrays.toString(shares), clients, 100 * farthest);
        assertThat(farthest).isLessThan(0.02);
    }

    @Test
    void serversThatListTheBackendsInAnotherOrderChooseAlike() throws Exception {
        int[] weights = new Random(2).ints(20, 1, 10).toArray();
        SomeBackends here = SomeBackends.ofWeights(weights);
        SomeBackends there = SomeBackends.ofWeights(weights);
        List<Backend> shuffled = new ArrayList<>(there.all());
        Collections.shuffle(shuffled, new Random(3));
        Pool one = here.pool(RULES);
        Pool other = new Pool("other", shuffled, RULES);
        other.first(HashKey.of("some session before"));

        int alike = 0;
        for (int i = 0; i < CLIENTS; i++) {
            alike += here.position(choose(one, client(i))) == there.position(choose(other, client(i))) ? 1 : 0;
        }

        System.out.printf("source_hash: two servers choose alike for %d of %d clients%n", alike, CLIENTS);
        assertThat(alike).isEqualTo(CLIENTS);
    }

    /** Another version has to choose the same. */
    @Test
    void choicesAreThoseOfEveryVersion() throws Exception {
        SomeBackends backends = SomeBackends.ofWeights(1, 2, 3, 1);
        Pool pool = backends.pool(RULES);
        StringBuilder chosen = new StringBuilder();

        for (int i = 0; i < 40; i++) {
            chosen.append(backends.position(choose(pool, client(i))));
        }

        assertThat(chosen).hasToString("2031330112320232030233121102212133122011");
    }

    /** The choice leaves out most logarithms, and must be the same as with all. */
    @Test
    void aClientHasTheBackendWithTheHighestNumberOfAll() throws Exception {
        int[] weights = new Random(4).ints(500, 1, 1000).toArray();
        SomeBackends backends = SomeBackends.ofWeights(weights);
        Pool pool = backends.pool(RULES);
        double[] numbers = new double[weights.length];

        for (int i = 0; i < 500; i++) {
            long key = HashKey.of(client(i));
            for (int k = 0; k < weights.length; k++) {
                double drawn = HashKey.unit(key, HashKey.of(backends.get(k).identity()));
                numbers[k] = weights[k] / -StrictMath.log(drawn);
            }

            double chosen = numbers[backends.position(choose(pool, client(i)))];
            assertThat(chosen).isEqualTo(Arrays.stream(numbers).max().orElseThrow());
        }
    }

    @Test
    void anIdStaysWhereTheAddressChanges() throws Exception {
        SomeBackends before = SomeBackends.of(4);
        SomeBackends after = SomeBackends.of(5);
        List<Backend> moved = List.of(
                named(before.get(0), "a"),
                named(before.get(1), "b"),
                named(before.get(2), "c"),
                named(before.get(3), "d"));
        List<Backend> now = List.of(
                named(after.get(4), "a"), named(after.get(1), "b"), named(after.get(2), "c"), named(after.get(3), "d"));
        Pool old = new Pool("test", moved, RULES);
        Pool pool = old.next(now, RULES, PoolHandling.DEFAULT);

        for (int i = 0; i < 1000; i++) {
            int had = before.position(choose(old, client(i)));
            assertThat(after.position(choose(pool, client(i)))).isEqualTo(had == 0 ? 4 : had);
        }
    }

    @Test
    void aClientKeepsOneAddressOfAName() throws Exception {
        Source name = new Source("name.test", 80, Transport.TCP);
        name.resolved(PoolTest.addresses("127.0.0.2", "127.0.0.3", "::1", "127.0.0.4"));
        Pool pool = new Pool("test", List.of(new Backend(name)), RULES);
        List<Target> before = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            before.add(choose(pool, client(i)));
        }
        before.get(0).succeeded();
        name.resolved(PoolTest.addresses("127.0.0.4", "127.0.0.5", "127.0.0.3", "127.0.0.2", "::1"));

        assertThat(new HashSet<>(before)).hasSize(4);
        int moved = 0;
        for (int i = 0; i < 100; i++) {
            moved += choose(pool, client(i)) == before.get(i) ? 0 : 1;
        }
        assertThat(moved).isLessThan(40);
    }

    @Test
    void sessionsOfOneNameMeetWhereverTheyComeFrom() throws Exception {
        Pool pool = SomeBackends.of(10).pool(BY_NAME);
        Set<Target> all = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            Identification name = Identification.match("sni", i + ".test");
            Identification more = Identification.match(Map.of("sni", List.of(i + ".test"), "alpn", List.of("h2")));
            Target target = pool.first(pool.key(client(i), name));

            assertThat(pool.first(pool.key(client(i + 1), more))).isEqualTo(target);
            all.add(Objects.requireNonNull(target));
        }
        assertThat(all).hasSize(10);
    }

    @Test
    void sessionsWithoutTheAttributeGoByClient() throws Exception {
        SomeBackends backends = SomeBackends.of(10);
        Pool byName = backends.pool(BY_NAME);
        Pool byClient = backends.pool(RULES);

        for (int i = 0; i < 100; i++) {
            assertThat(byName.first(byName.key(client(i), Identification.noMatch())))
                    .isEqualTo(choose(byClient, client(i)));
        }
    }

    @Test
    void aNameThatEverybodyAsksForIsSharedBeyondTheBound() {
        SomeBackends backends = SomeBackends.ofWeights(1, 1, 1, 1, 4);
        Pool pool = backends.pool(BY_NAME);
        int most = 0;
        int[] sessions = new int[5];
        for (int i = 0; i < 8000; i++) {
            Target chosen = Objects.requireNonNull(pool.first(HashKey.of("busy.test")));
            chosen.sessionBegan();
            sessions[backends.position(chosen)]++;
        }

        for (int i = 0; i < 5; i++) {
            most = Math.max(most, sessions[i] / (i == 4 ? 4 : 1));
        }
        System.out.printf(
                "hash_on: one name with 8,000 sessions, weights 1 1 1 1 4: %s, bound 1,250 for each weight%n",
                Arrays.toString(sessions));
        assertThat(most).isBetween(1249, 1251);
    }

    @Test
    void theBoundIsThatOfTheBackendsThatAreUp() {
        SomeBackends backends = SomeBackends.of(10);
        for (int i = 2; i < 10; i++) {
            backends.takeDown(i);
        }
        Pool pool = backends.pool(BY_NAME);
        int[] sessions = new int[10];
        for (int i = 0; i < 1000; i++) {
            Target chosen = Objects.requireNonNull(pool.first(HashKey.of("busy.test")));
            chosen.sessionBegan();
            sessions[backends.position(chosen)]++;
        }

        assertThat(Math.max(sessions[0], sessions[1])).isBetween(624, 626);
    }

    private static Backend named(Backend backend, String id) {
        return new Backend(backend.source(), id, 1, false, Integer.MAX_VALUE, new Standing());
    }

    private static Target choose(Pool pool, InetSocketAddress client) {
        return Objects.requireNonNull(pool.first(pool.key(client, Identification.noMatch())));
    }

    private static InetSocketAddress client(int i) throws UnknownHostException {
        byte[] address = {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
        return new InetSocketAddress(InetAddress.getByAddress(address), 1024 + i % 50_000);
    }
}
