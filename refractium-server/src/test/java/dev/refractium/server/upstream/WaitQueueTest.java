package dev.refractium.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WaitQueueTest {
    private final Source source = new Source("127.0.0.1", 80, Transport.TCP);
    private final Pool pool = pool("test");
    private final List<Waiting> served = new ArrayList<>();

    @BeforeEach
    void resolve() {
        source.resolved(List.of(InetAddress.getLoopbackAddress()));
        source.limit(1);
        target().sessionBegan();
    }

    @Test
    void aPlaceGoesToTheFirstAndToNoOther() {
        List<Waiting> all = add(pool, 3);

        target().freePlace();

        assertThat(served).containsExactly(all.get(0));
        assertThat(all.get(1).looked)
                .as("it was asked once, when nothing was left")
                .isEqualTo(1);
        assertThat(all.get(2).looked).isZero();
        assertThat(pool.queue().size()).isEqualTo(2);
    }

    @Test
    void allWhoCanBeServedAfterAReloadAre() {
        List<Waiting> all = add(pool, 4);
        source.limit(4);

        pool.queue().reloaded();

        assertThat(served).containsExactlyElementsOf(all.subList(0, 3));
        assertThat(pool.queue().size()).isOne();
    }

    @Test
    void onlyTheFirstLooksForPlacesThatNobodyOffers() {
        List<Waiting> all = add(pool, 2);
        source.limit(2);

        pool.queue().look(all.get(1));
        assertThat(served).isEmpty();
        pool.queue().look(all.get(0));

        assertThat(served).containsExactly(all.get(0));
    }

    @Test
    void oneThatWouldNotTakeAnyPlaceLetsOthersGoFirst() {
        Waiting selective = add(pool, 1).get(0);
        selective.selective = true;
        selective.takes = false;
        Waiting other = add(pool, 1).get(0);
        source.limit(2);

        pool.queue().reloaded();

        assertThat(served).containsExactly(other);
        assertThat(pool.queue().remove(selective)).isTrue();
        assertThat(pool.queue().remove(other)).isFalse();
        assertThat(pool.queue().isEmpty()).isTrue();
    }

    @Test
    void twoPoolsOfOneSourceTakeTurns() {
        Pool another = pool("another");
        List<Waiting> all = add(pool, 2);
        List<Waiting> others = add(another, 2);

        for (int i = 0; i < 4; i++) {
            target().freePlace();
        }

        assertThat(served).hasSize(4).containsAll(all).containsAll(others);
        assertThat(served.get(0).pool).isNotEqualTo(served.get(1).pool);
    }

    @Test
    void theQueueHasAMaximum() {
        assertThat(pool.queue().add(new Waiting(pool), 1)).isTrue();
        assertThat(pool.queue().add(new Waiting(pool), 1)).isFalse();
        assertThat(pool.queue().size()).isOne();
    }

    private List<Waiting> add(Pool to, int count) {
        List<Waiting> added = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Waiting waiting = new Waiting(to);
            added.add(waiting);
            assertThat(to.queue().add(waiting, 10)).isTrue();
            waiting.looked = 0;
        }
        return added;
    }

    private Target target() {
        return source.targets().get(0);
    }

    private Pool pool(String name) {
        return new Pool(name, List.of(new Backend(source)), new BalanceRules(Policy.ROUND_ROBIN));
    }

    private final class Waiting implements WaitQueue.Waiter {
        private final Pool pool;
        private boolean selective;
        private boolean takes = true;
        private int looked;

        Waiting(Pool pool) {
            this.pool = pool;
        }

        @Override
        public boolean isOver() {
            looked++;
            return takes && target().sessionBegan();
        }

        @Override
        public boolean isSelective() {
            return selective;
        }

        @Override
        public Pool pool() {
            return pool;
        }

        @Override
        public void served() {
            served.add(this);
        }
    }
}
