package dev.refractium.server.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Direction;
import dev.refractium.api.Hook;
import dev.refractium.api.Party;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import dev.refractium.api.Transport;
import dev.refractium.server.it.support.TestHook;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RefusalsTest extends TapsTesting {
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final CountDownLatch gate = new CountDownLatch(1);

    @Test
    void onlyHooksThatAskForRefusalsReceiveThem() {
        LiveHook asking = start(new Asking(Set.of()));
        LiveHook other = start(new TestHook(session -> end -> {}));

        Refusals refusals = Refusals.among(List.of(other, asking), 7);
        refusals.add(opening("s7", Transport.UDP), "no-route", Party.PROXY);

        await().until(() -> !seen.isEmpty());
        assertThat(seen).containsExactly("s7 http {host=[a.test]} no-route by PROXY in PEEK");
        await().until(() -> asking.counts().memory() == 0);
        assertThat(other.counts().memory()).isZero();
        assertThat(Refusals.among(List.of(other), 7).areWanted()).isFalse();
    }

    @Test
    void slowHookIsBoundedByItsMemory() {
        LiveHook slow = start(new Asking(Set.of(Direction.FROM_CLIENT)), 100 * LiveHook.SESSION_COST);
        Refusals refusals = Refusals.among(List.of(slow), 7);

        for (int i = 0; i < 1_000; i++) {
            refusals.add(opening("slow", Transport.TCP), "unmatched", Party.PROXY);
        }
        gate.countDown();

        await().until(() -> slow.counts().memory() == 0);
        assertThat(slow.counts().missed()).isPositive();
        assertThat(seen).hasSize((int) (1_000 - slow.counts().missed()));
    }

    @Test
    void hookThatThrowsTenTimesIsEjected() {
        LiveHook faulty = start(new Asking(Set.of()));
        Refusals refusals = Refusals.among(List.of(faulty), 7);

        for (int i = 1; i <= 10; i++) {
            int fault = i;
            refusals.add(opening("faulty", Transport.TCP), "unmatched", Party.PROXY);
            await().until(() -> faulty.counts().faults() == fault);
        }

        assertThat(faulty.counts().ejected()).isTrue();
        refusals.add(opening("s1", Transport.TCP), "unmatched", Party.PROXY);
        await().until(() -> faulty.counts().memory() == 0);
        assertThat(seen).isEmpty();
    }

    private final class Asking implements Hook {
        private final Set<Direction> bytes;

        Asking(Set<Direction> bytes) {
            this.bytes = bytes;
        }

        @Override
        public String name() {
            return "asking";
        }

        @Override
        public Set<Direction> bytes() {
            return bytes;
        }

        @Override
        public boolean refusals() {
            return true;
        }

        @Override
        public @Nullable Tap open(Session session) {
            return null;
        }

        @Override
        public void refused(Session session, SessionEnd end) {
            if (session.id().equals("faulty")) {
                throw new IllegalStateException("on purpose");
            }
            if (session.id().equals("slow")) {
                Gates.pass(gate);
            }
            seen.add(session.id() + " " + session.protocol() + " " + session.attributes() + " " + end.cause() + " by "
                    + end.endedBy() + " in " + end.stage().orElseThrow());
        }
    }
}
