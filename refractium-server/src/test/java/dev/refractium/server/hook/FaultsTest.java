package dev.refractium.server.hook;

import static dev.refractium.api.Direction.FROM_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Chunk;
import dev.refractium.api.Direction;
import dev.refractium.api.Hook;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import dev.refractium.server.it.support.TestHook;
import dev.refractium.testkit.RecordingTap;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FaultsTest extends TapsTesting {
    private final AtomicInteger calls = new AtomicInteger();
    private final RecordingTap bystander = new RecordingTap();

    @Test
    void throwEndsItsTapOnly() {
        LiveHook faulty = start(new TestHook(session -> new Throwing()));
        Taps taps = open(faulty, start(new TestHook(session -> bystander)));

        bring(taps, FROM_CLIENT, new byte[10]);
        bring(taps, FROM_CLIENT, new byte[10]);
        taps.closed("done");

        TapsTest.awaitEnd(bystander);
        assertThat(bystander.bytes(FROM_CLIENT)).hasSize(20);
        await().until(() -> faulty.counts().memory() == 0);
        assertThat(calls).hasValue(1);
        assertThat(faulty.counts().faults()).isEqualTo(1);
        assertThat(faulty.counts().chunks()).isZero();
    }

    @Test
    void throwOfOpenIsCounted() {
        LiveHook faulty = start(new TestHook(session -> {
            throw new StackOverflowError("no end");
        }));
        Taps taps = open(faulty, start(new TestHook(session -> bystander)));

        bring(taps, FROM_CLIENT, new byte[10]);
        taps.closed("done");

        TapsTest.awaitEnd(bystander);
        await().until(() -> faulty.counts().faults() == 1 && faulty.counts().memory() == 0);
        assertThat(faulty.counts().opened()).isZero();
    }

    @Test
    void hookIsEjectedAfterConsecutiveFaults() {
        LiveHook faulty = start(new TestHook(session -> new Throwing()));

        for (int i = 1; i <= 10; i++) {
            int fault = i;
            bring(open(faulty), FROM_CLIENT, new byte[1]);
            await().until(() -> faulty.counts().faults() == fault);
        }

        assertThat(faulty.counts().ejected()).isTrue();
        assertThat(openIfWatched(faulty, null)).isNull();
    }

    @Test
    void occasionallyFaultyHookStays() {
        AtomicInteger opened = new AtomicInteger();
        LiveHook moody = start(new TestHook(session -> opened.getAndIncrement() % 2 == 0 ? new Throwing() : end -> {}));

        for (int i = 0; i < 24; i++) {
            int session = i;
            Taps taps = open(moody);
            bring(taps, FROM_CLIENT, new byte[1]);
            taps.closed("done");
            await().pollInterval(Duration.ofMillis(2))
                    .until(() -> opened.get() == session + 1
                            && moody.counts().memory() == 0
                            && moody.counts().faults() == session / 2 + 1);
        }

        assertThat(moody.counts().ejected()).isFalse();
    }

    @Test
    void liveTapOfAnEjectedHookReceivesNothingMore() {
        AtomicInteger opened = new AtomicInteger();
        RecordingTap good = new RecordingTap();
        LiveHook hook = start(new TestHook(session -> opened.getAndIncrement() == 0 ? good : new Throwing()));
        Taps taps = open(hook);
        bring(taps, FROM_CLIENT, new byte[1]);
        await().until(() -> good.calls().size() == 1);
        for (int i = 0; i < 10; i++) {
            bring(open(hook), FROM_CLIENT, new byte[1]);
        }
        await().until(() -> hook.counts().ejected());

        bring(taps, FROM_CLIENT, new byte[1]);
        taps.closed("done");

        await().until(() -> hook.counts().memory() == 0);
        assertThat(good.calls()).containsExactly("data FROM_CLIENT 1");
    }

    @Test
    void hookWhoseDescriptionThrowsIsRefused() {
        Hook noSet = new Saying() {
            @Override
            public Set<Direction> bytes() {
                throw new IllegalStateException("moody");
            }
        };
        Hook negative = new Saying() {
            @Override
            public long firstBytes() {
                return -1;
            }
        };

        assertThatThrownBy(() -> start(noSet))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bytes() fails: java.lang.IllegalStateException: moody");
        assertThatThrownBy(() -> start(negative)).hasMessage("firstBytes() gives -1; return 0 or more");
    }

    private final class Throwing implements Tap {
        @Override
        public void data(Chunk chunk) {
            calls.incrementAndGet();
            throw new AssertionError("on purpose");
        }

        @Override
        public void closed(SessionEnd end) {
            calls.incrementAndGet();
        }
    }

    private abstract static class Saying implements Hook {
        @Override
        public String name() {
            return "saying";
        }

        @Override
        public @Nullable Tap open(Session session) {
            return null;
        }
    }
}
