package dev.refractium.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import java.net.InetAddress;
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
        takeDown(backends.get(1));

        assertThat(shares(300))
                .hasSize(3)
                .allSatisfy((backend, share) -> assertThat(share).isEqualTo(100));
    }

    @Test
    void oneFailureDoesNotMakeABackendDown() {
        backends.get(0).failed();
        assertThat(backends.get(0).health()).isNotEqualTo(Backend.Health.DOWN);

        backends.get(0).failed();
        assertThat(backends.get(0).health()).isEqualTo(Backend.Health.DOWN);

        backends.get(0).succeeded();
        assertThat(backends.get(0).health()).isEqualTo(Backend.Health.UP);
    }

    @Test
    void thoseThatAreDownAreTriedLastAndEachOnce() {
        takeDown(backends.get(0));
        takeDown(backends.get(2));
        List<Backend> tried = new ArrayList<>();

        for (Backend next = pool.next(tried); next != null; next = pool.next(tried)) {
            tried.add(next);
        }

        assertThat(tried).hasSize(4).doesNotHaveDuplicates();
        assertThat(tried.subList(0, 2)).containsExactlyInAnyOrder(backends.get(1), backends.get(3));
    }

    @Test
    void aBackendWithoutAnAddressIsTriedLast() {
        Backend unresolved = new Backend("nowhere.invalid", 1, Transport.TCP);
        Pool mixed = new Pool(List.of(unresolved, backends.get(0)));

        for (int i = 0; i < 4; i++) {
            assertThat(mixed.next(List.of())).isSameAs(backends.get(0));
        }
        assertThat(mixed.next(List.of(backends.get(0)))).isSameAs(unresolved);
    }

    private Map<Backend, Integer> shares(int sessions) {
        Map<Backend, Integer> shares = new HashMap<>();
        for (int i = 0; i < sessions; i++) {
            shares.merge(Objects.requireNonNull(pool.next(List.of())), 1, Integer::sum);
        }
        return shares;
    }

    private static void takeDown(Backend backend) {
        for (int i = 0; i < Backend.FALL; i++) {
            backend.failed();
        }
    }
}
