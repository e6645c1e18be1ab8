package dev.refractium.server.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.session.EndReason;
import dev.refractium.server.udp.FlowOrder.Standing;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class FlowOrderTest {
    private final FlowOrder order = new FlowOrder(false);

    /** A flow whose times the test sets. */
    private static final class Flow extends FlowList.Ranked {
        private final long ageMs;
        private final long quietMs;

        Flow(long ageMs, long quietMs) {
            this.ageMs = ageMs;
            this.quietMs = quietMs;
        }

        @Override
        public long ageMs() {
            return ageMs;
        }

        @Override
        long quietMs() {
            return quietMs;
        }

        @Override
        void giveWay(EndReason exceeded) {}

        @Override
        Clients.Key key() {
            throw new UnsupportedOperationException();
        }

        @Override
        void received(ByteBuffer datagram) {}

        @Override
        void drain() {}

        @Override
        protected void expired() {}

        @Override
        protected void failed() {}
    }

    @Test
    void questionUnderWayDoesNotGiveWay() {
        order.add(new Flow(1_999, 1_999));

        assertThat(order.firstOfAll()).isNull();
        assertThat(order.firstOfClient()).isNull();
    }

    @Test
    void questionThatNobodyAnsweredGivesWayBeforeAnyAnsweredFlow() {
        settled(1_500);
        inUse(1_500);
        Flow oldest = new Flow(2_001, 2_001);
        order.add(oldest);
        order.add(new Flow(2_000, 2_000));

        assertThat(order.firstOfAll()).isSameAs(oldest);
    }

    @Test
    void flowThatIsAnsweredAndGoesOnGivesWayOnceItIsQuiet() {
        inUse(999);

        assertThat(order.firstOfAll()).isNull();
        assertThat(order.firstOfClient()).isNull();

        order.remove(inUse(10), Standing.IN_USE);
        Flow quiet = settled(1_000);
        assertThat(order.firstOfAll()).isSameAs(quiet);
    }

    @Test
    void flowThatHasBeenQuietTheLongestGivesWay() {
        Flow first = inUse(3_000);
        Flow second = inUse(3_000);

        order.moved(first, Standing.IN_USE, Standing.IN_USE);

        assertThat(order.firstOfAll()).isSameAs(second);
    }

    @Test
    void longerQuietOfASettledAndAUsedFlowGivesWay() {
        Flow used = inUse(1_200);
        settled(1_100);
        assertThat(order.firstOfAll()).isSameAs(used);

        order.remove(used, Standing.IN_USE);
        inUse(1_050);
        assertThat(order.firstOfAll())
                .isNotNull()
                .extracting(FlowList.Ranked::quietMs)
                .isEqualTo(1_100L);
    }

    @Test
    void answeredQuestionOfAClientGivesWayAtOnceToItsNext() {
        order.add(new Flow(5_000, 5_000));
        inUse(5_000);
        Flow done = settled(0);
        settled(0);

        assertThat(order.firstOfClient()).isSameAs(done);
    }

    @Test
    void flowIsInOnePlaceWhateverBecomesOfIt() {
        Flow flow = new Flow(0, 0);
        order.add(flow);
        order.moved(flow, Standing.UNANSWERED, Standing.UNANSWERED);
        order.moved(flow, Standing.UNANSWERED, Standing.SETTLED);
        order.moved(flow, Standing.SETTLED, Standing.IN_USE);
        order.moved(flow, Standing.IN_USE, Standing.SETTLED);
        assertThat(order.size()).isOne();

        order.remove(flow, Standing.SETTLED);

        assertThat(order.size()).isZero();
    }

    private Flow settled(long quietMs) {
        return filed(quietMs, Standing.SETTLED);
    }

    private Flow inUse(long quietMs) {
        return filed(quietMs, Standing.IN_USE);
    }

    private Flow filed(long quietMs, Standing as) {
        Flow flow = new Flow(10_000, quietMs);
        order.add(flow);
        order.moved(flow, Standing.UNANSWERED, as);
        return flow;
    }
}
