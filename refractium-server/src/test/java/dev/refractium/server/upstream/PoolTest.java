package dev.refractium.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
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

class PoolTest {
    private final List<Backend> backends = IntStream.range(0, 4)
            .mapToObj(i -> new Backend("127.0.0.1", 1000 + i, Transport.TCP))
            .toList();
    private final Pool pool = new Pool(backends);

    @BeforeEach
    void resolve() {
        backends.forEach(b -> b.resolved(List.of(InetAddress.getLoopbackAddress())));
    }

    @Test
    void everyUsableBackendHasItsTurn() {
        assertThat(shares(400))
                .hasSize(4)
                .allSatisfy((backend, share) -> assertThat(share).isEqualTo(100));
    }

    @Test
    void theShareOfOneThatIsDownIsSpreadOverAllOthers() {
        takeDown(only(backends.get(1)));

        assertThat(shares(300))
                .hasSize(3)
                .allSatisfy((backend, share) -> assertThat(share).isEqualTo(100));
    }

    @Test
    void thoseThatAreDownAreTriedLastAndEachOnce() {
        takeDown(only(backends.get(0)));
        takeDown(only(backends.get(2)));

        List<Backend> tried = order(pool).stream().map(Target::backend).toList();

        assertThat(tried).hasSize(4).doesNotHaveDuplicates();
        assertThat(tried.subList(0, 2)).containsExactlyInAnyOrder(backends.get(1), backends.get(3));
    }

    @Test
    void aBackendWithoutAnAddressIsNotTried() {
        Backend unresolved = new Backend("nowhere.invalid", 1, Transport.TCP);
        Pool mixed = new Pool(List.of(unresolved, backends.get(0)));

        for (int i = 0; i < 4; i++) {
            assertThat(order(mixed)).containsExactly(only(backends.get(0)));
        }
        assertThat(new Pool(List.of(unresolved)).first()).isNull();
    }

    @Test
    void allAddressesOfABackendAreTriedBeforeTheNextBackend() throws Exception {
        Backend two = new Backend("two.test", 80, Transport.TCP);
        Backend three = new Backend("three.test", 80, Transport.TCP);
        two.resolved(addresses("127.0.0.1", "::1"));
        three.resolved(addresses("127.0.0.2", "127.0.0.3", "127.0.0.4"));
        Pool names = new Pool(List.of(two, three));

        for (int i = 0; i < 4; i++) {
            List<Backend> tried = order(names).stream().map(Target::backend).toList();

            assertThat(tried).hasSize(5);
            assertThat(tried.get(0) == two ? tried.subList(0, 2) : tried.subList(3, 5))
                    .containsOnly(two);
            assertThat(tried.get(0) == three ? tried.subList(0, 3) : tried.subList(2, 5))
                    .containsOnly(three);
        }
    }

    @Test
    void aBackendsAddressThatIsDownIsTriedAfterTheOtherBackends() throws Exception {
        Backend two = new Backend("two.test", 80, Transport.TCP);
        two.resolved(addresses("127.0.0.1", "::1"));
        Pool mixed = new Pool(List.of(two, backends.get(0)));
        takeDown(two.targets().get(1));

        for (int i = 0; i < 4; i++) {
            List<Target> tried = order(mixed);

            assertThat(tried.subList(0, 2))
                    .containsExactlyInAnyOrder(two.targets().get(0), only(backends.get(0)));
            assertThat(tried.get(2)).isEqualTo(two.targets().get(1));
        }
    }

    @Test
    void addressesOfABackendTakeTurns() throws Exception {
        Backend three = new Backend("three.test", 80, Transport.TCP);
        three.resolved(addresses("127.0.0.2", "127.0.0.3", "127.0.0.4"));
        Pool one = new Pool(List.of(three));
        Map<Target, Integer> firsts = new HashMap<>();

        for (int i = 0; i < 30; i++) {
            firsts.merge(Objects.requireNonNull(one.first()), 1, Integer::sum);
        }

        assertThat(firsts)
                .hasSize(3)
                .allSatisfy((target, times) -> assertThat(times).isEqualTo(10));
    }

    @Test
    void theFamilyThatWorkedLastIsTriedFirst() throws Exception {
        Backend two = new Backend("two.test", 80, Transport.TCP);
        two.resolved(addresses("127.0.0.1", "::1", "127.0.0.2"));
        Pool one = new Pool(List.of(two));
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
        Backend two = new Backend("two.test", 80, Transport.TCP);
        Pool one = new Pool(List.of(two));
        assertThat(one.isLive()).isFalse();

        two.resolved(addresses("127.0.0.1", "::1"));
        takeDown(two.targets().get(0));
        assertThat(one.isLive()).isTrue();

        takeDown(two.targets().get(1));
        assertThat(one.isLive()).isFalse();
    }

    private Map<Backend, Integer> shares(int sessions) {
        Map<Backend, Integer> shares = new HashMap<>();
        for (int i = 0; i < sessions; i++) {
            shares.merge(Objects.requireNonNull(pool.first()).backend(), 1, Integer::sum);
        }
        return shares;
    }

    /** What a session tries whose every attempt fails. */
    private static List<Target> order(Pool pool) {
        List<Target> tried = new ArrayList<>();
        Target first = pool.first();
        if (first != null) {
            tried.add(first);
            FailoverOrder order = pool.after(first);
            for (Target next = order.next(); next != null; next = order.next()) {
                tried.add(next);
            }
        }
        assertThat(tried).doesNotHaveDuplicates();
        return tried;
    }

    private static Target only(Backend backend) {
        assertThat(backend.targets()).hasSize(1);
        return backend.targets().get(0);
    }

    static List<InetAddress> addresses(String... literals) throws UnknownHostException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String literal : literals) {
            addresses.add(InetAddress.getByName(literal));
        }
        return addresses;
    }

    private static void takeDown(Target target) {
        for (int i = 0; i < Target.FALL; i++) {
            target.failed("test");
        }
    }
}
